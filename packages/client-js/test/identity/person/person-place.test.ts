import { expect, it } from 'vitest'
import {
  createKeyStore,
  createMemoryKeyStore,
  createPerson,
  type DidLog,
  DidLogStore,
  openPerson,
  recoverPerson,
} from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/memory-store.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { temporaryDirectories } from '../key-stores/temporary-directory.ts'

const newDirectory = temporaryDirectories()
const passphrase = 'correct horse battery'
const clock = new ManualClock()
const newPlace = () => ({ keyStore: createMemoryKeyStore(), store: new MemoryStore(), clock })

it('a person opens locked, or unlocked by the passphrase of the device', async () => {
  const directory = await newDirectory()
  const store = new MemoryStore()
  const place = () => {
    const passphraseCost = { memoryKiB: 64, iterations: 1 }
    return { keyStore: createKeyStore({ directory, protection: 'passphrase', passphraseCost }), store, clock }
  }
  await createPerson({ ...place(), label: 'Laptop', passphrase })
  expect((await openPerson(place())).device.isLocked).toBe(true)
  expect((await openPerson({ ...place(), passphrase })).device.isLocked).toBe(false)
  await expect(openPerson({ ...place(), passphrase: 'another one' })).rejects.toMatchObject({
    problem: 'wrong-secret',
  })
})

it.each<[string, unknown]>([
  ['no key', {}],
  ['a key without a name', { keyName: 5 }],
  ['nobody', { did: 'did:web:acme.example', keyName: 'a' }],
])('what is kept of a person is damaged when it tells of %s', async (_, change) => {
  const place = newPlace()
  const { person } = await createPerson({ ...place, label: 'Laptop' })
  await place.store.put('person/person', { did: person.did, ...(change as object) })
  await expect(openPerson(place)).rejects.toMatchObject({ code: 'storage-failed', retryable: false })
})

it('what a person changes bears the time of the place', async () => {
  const { person, words } = await createPerson({ ...newPlace(), label: 'Laptop' })
  clock.advance(5000)
  await person.rotate()
  expect((await person.log()).at(-1)?.at).toBe(new Date(clock.now()).toISOString())
  clock.advance(5000)
  await person.rotateRecovery({ words })
  expect((await person.log()).at(-1)?.at).toBe(new Date(clock.now()).toISOString())
})

it('nobody recovers somebody else’s log in the name of a person, nor anything with nothing', async () => {
  const [anna, ben] = [
    await createPerson({ ...newPlace(), label: 'Laptop' }),
    await createPerson({ ...newPlace(), label: 'Laptop' }),
  ]
  const log = await ben.person.log()
  const place = { ...newPlace(), label: 'Phone' }
  const mixed = recoverPerson({ ...place, did: anna.person.did, log, words: ben.words })
  await expect(mixed).rejects.toMatchObject({ code: 'invalid-proof' })
  await expect(recoverPerson({ ...place, log })).rejects.toMatchObject({
    code: 'invalid-request',
    details: { have: 0, need: 2 },
  })
  const { did } = await recoverPerson({ ...place, did: ben.person.did, log, words: ben.words })
  expect(did).toBe(ben.person.did)
})

it('a device that was removed cannot give itself another key', async () => {
  const { person, words } = await createPerson({ ...newPlace(), label: 'Laptop' })
  const elsewhere = await recoverPerson({ ...newPlace(), label: 'Phone', log: await person.log(), words })
  await person.learn(await elsewhere.log())
  await expect(person.rotate()).rejects.toMatchObject({
    code: 'forbidden',
    message: 'This device was removed: pair it again.',
  })
})

it('a person’s devices are listed with the time at which each was added', async () => {
  const { person, words } = await createPerson({ ...newPlace(), label: 'Laptop' })
  const timeOf = (log: DidLog, index: number) => log[index]?.at
  clock.advance(5000)
  const phone = { ...newPlace(), label: 'Phone', keepDevices: true, log: await person.log(), words }
  const onPhone = await recoverPerson(phone)
  clock.advance(5000)
  const tablet = { ...phone, ...newPlace(), label: 'Tablet', log: await onPhone.log() }
  const onTablet = await recoverPerson(tablet)
  const log = await onTablet.log()
  const listed = (await onTablet.listDevices()).map(({ label, addedAt }) => [label, addedAt])
  expect(listed).toEqual([
    ['Laptop', timeOf(log, 0)],
    ['Phone', timeOf(log, 1)],
    ['Tablet', new Date(clock.now()).toISOString()],
  ])
  expect(new Set(listed.map(([, addedAt]) => addedAt)).size).toBe(3)
})

it('a log that is known no more is missed, not made up', async () => {
  const place = newPlace()
  const { person, words } = await createPerson({ ...place, label: 'Laptop' })
  await new DidLogStore(place).forget(person.did)
  const missing = { code: 'not-found', message: expect.stringContaining(person.did) }
  await expect(person.log()).rejects.toMatchObject(missing)
  const recovering = recoverPerson({ ...newPlace(), label: 'Phone', did: person.did, words })
  await expect(recovering).rejects.toMatchObject(missing)
})
