import { expect, it } from 'vitest'
import { MemoryStore } from '../../../src/host.ts'
import {
  createMemoryKeyStore,
  createPerson,
  createRecoveryWords,
  openPerson,
  recoverPerson,
} from '../../../src/identity.ts'
import { PairingWorld } from '../pairing/pairing-world.ts'

async function messageOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => expect.unreachable('it was not refused'),
    (error: Error) => error.message,
  )
}

it('every refusal of a person says what to do next', async () => {
  const place = { keyStore: createMemoryKeyStore(), store: new MemoryStore() }
  expect(await messageOf(openPerson(place))).toBe(
    'No person "person" is on this device: create, pair or recover one.',
  )
  const { person, words } = await createPerson({ ...place, label: 'Laptop' })
  expect(await messageOf(createPerson({ ...place, label: 'Laptop' }))).toBe(
    'A person "person" is on this device already: open it, or name another.',
  )
  const other = { keyStore: createMemoryKeyStore(), store: new MemoryStore(), label: 'Phone' }
  expect(await messageOf(recoverPerson({ ...other, words }))).toBe(
    'Say whom to recover: give the DID or its log.',
  )
  const log = await person.log()
  expect(await messageOf(recoverPerson({ ...other, log, words: await createRecoveryWords() }))).toBe(
    `These words or shares do not recover ${person.did}.`,
  )
  await place.store.put('person/person', 7)
  expect(await messageOf(openPerson(place))).toBe(
    'What is kept of the person "person" is damaged: recover or pair again.',
  )
})

it('every refusal of a pairing says what to do next', async () => {
  const world = await PairingWorld.create()
  const { fresh, clock } = world
  expect(await messageOf(world.answer('nonsense'))).toBe('This is not a whole lumos-pair/1: copy it again.')
  expect(await messageOf(world.offer({ label: '' }))).toBe(
    'A device’s label has 1 to 64 ordinary characters.',
  )
  const long = await world.offer({ lifetimeMs: 60 * 60_000 })
  expect(await messageOf(world.answer(long.link))).toBe(
    'The pairing link claims to be good for too long: check both clocks.',
  )
  long.cancel()
  expect(await messageOf(long.confirm())).toBe('The pairing was cancelled.')
  const offered = await world.offer({ device: fresh })
  const answered = await world.answer(offered.link)
  await answered.decline()
  expect(await messageOf(offered.confirm())).toBe('The other device declined the pairing.')
  expect(await messageOf(answered.confirm())).toBe('This pairing was decided before: show a new link.')
  const old = await world.offer()
  clock.advance(600_000)
  expect(await messageOf(world.answer(old.link))).toBe('The pairing link has expired: show a new one.')
  old.cancel()
})
