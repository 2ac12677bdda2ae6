import { inspect } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Identity, PairingChannel } from '../../../src/contracts/index.ts'
import {
  createGuardianKey,
  createIdentity,
  createKeyDirectory,
  createMemoryKeyStore,
  createPerson,
  createRecoveryWords,
  createVerifier,
  DidLogStore,
  isLumosDid,
  openPerson,
  openShare,
  type Person,
  pairDevice,
  recoverPerson,
  recoveryIdentity,
  splitRecovery,
} from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/memory-store.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { MemoryPairingChannel } from '../../../src/testing/memory-pairing-channel.ts'

let clock: ManualClock
beforeEach(() => {
  clock = new ManualClock()
})

/** What one device keeps. */
const newPlace = () => ({ keyStore: createMemoryKeyStore(), store: new MemoryStore(), clock })
type Place = ReturnType<typeof newPlace>

async function pair(person: Person, place: Place, options: { label?: string; isSame?: boolean } = {}) {
  const channel = new MemoryPairingChannel()
  const link = Promise.withResolvers<string>()
  const shown = Promise.withResolvers<string>()
  const pairing = pairDevice({
    ...place,
    channel,
    label: options.label ?? 'Phone',
    onLink: link.resolve,
    onCode: code => {
      shown.resolve(code)
      return options.isSame ?? true
    },
  })
  pairing.catch(link.reject)
  const answered = await person.acceptPairing(await link.promise, { channel })
  expect(await shown.promise).toBe(answered.code)
  await answered.confirm()
  return pairing
}

/** As a node does that learns a person's log from whoever shows it. */
async function keysKnownAfter(...people: Person[]) {
  const didLogs = new DidLogStore({ store: new MemoryStore(), clock })
  for (const person of people) await didLogs.offer(await person.log())
  return createKeyDirectory({ didLogs, clock }).keysOf((people[0] as Person).did)
}

describe('a person', () => {
  it('is a did:lumos with this device and 24 words that are kept nowhere', async () => {
    const place = newPlace()
    const { person, words } = await createPerson({ ...place, label: 'Laptop' })
    expect(isLumosDid(person.did)).toBe(true)
    expect(words.split(' ')).toHaveLength(24)
    const addedAt = new Date(clock.now()).toISOString()
    expect(await person.listDevices()).toEqual([
      { did: person.device.did, label: 'Laptop', addedAt, isThisDevice: true },
    ])
    expect(await keysKnownAfter(person)).toEqual([person.device.did])
    const message = new TextEncoder().encode('me')
    const signature = await person.device.sign(message)
    expect(await createVerifier().verify(person.device.did, message, signature)).toBe(true)
    const kept: unknown[] = []
    for await (const entry of place.store.list({ prefix: '' })) kept.push(entry)
    const shown = `${JSON.stringify(kept)} ${inspect(person, { depth: 9, showHidden: true })} ${JSON.stringify(person)}`
    expect(shown).not.toContain(words.split(' ').slice(0, 2).join(' '))
  })

  it('comes back with the next start', async () => {
    const place = newPlace()
    const { person } = await createPerson({ ...place, label: 'Laptop' })
    const again = await openPerson(place)
    expect(again.did).toBe(person.did)
    expect(again.device).toBe(person.device)
    person.device.lock()
    expect(again.device.isLocked).toBe(true)
    await expect(openPerson({ ...place, name: 'other' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is one per name and device', async () => {
    const place = newPlace()
    await createPerson({ ...place, label: 'Laptop' })
    const again = { ...place, label: 'Laptop' }
    await expect(createPerson(again)).rejects.toMatchObject({ code: 'conflict' })
    const words = await createRecoveryWords()
    await expect(recoverPerson({ ...again, words })).rejects.toMatchObject({ code: 'conflict' })
    await createPerson({ ...again, name: 'other' })
    expect(await place.keyStore.list()).toHaveLength(2)
  })

  it('leaves no key behind when it cannot be made', async () => {
    const place = newPlace()
    await expect(createPerson({ ...place, label: 'a\nb' })).rejects.toMatchObject({ code: 'invalid-request' })
    expect(await place.keyStore.list()).toEqual([])
    await expect(openPerson(place)).rejects.toMatchObject({ code: 'not-found' })
    const reason = new Error('changed my mind')
    const aborted = createPerson({ ...place, label: 'Laptop', signal: AbortSignal.abort(reason) })
    await expect(aborted).rejects.toBe(reason)
  })

  it('whose record is damaged is not mistaken for nobody', async () => {
    const place = newPlace()
    await createPerson({ ...place, label: 'Laptop' })
    for (const record of [null, {}, { did: 'did:key:z6Mk', keyName: 'x' }]) {
      await place.store.put('person/person', record)
      await expect(openPerson(place)).rejects.toMatchObject({ code: 'storage-failed', retryable: false })
      const again = createPerson({ ...place, label: 'Laptop' })
      await expect(again).rejects.toMatchObject({ code: 'storage-failed' })
    }
  })
})

describe('a second device', () => {
  it('speaks for the same person, on both sides', async () => {
    const [laptop, phone] = [newPlace(), newPlace()]
    const { person } = await createPerson({ ...laptop, label: 'Laptop' })
    const onPhone = await pair(person, phone)
    expect(onPhone.did).toBe(person.did)
    const devices = await person.listDevices()
    expect(devices.map(({ label, isThisDevice }) => [label, isThisDevice])).toEqual([
      ['Laptop', true],
      ['Phone', false],
    ])
    expect((await onPhone.listDevices()).map(({ isThisDevice }) => isThisDevice)).toEqual([false, true])
    expect((await openPerson(phone)).did).toBe(person.did)
    expect(await keysKnownAfter(person)).toEqual([person.device.did, onPhone.device.did])
  })

  it('is none when its owner sees another code', async () => {
    const phone = newPlace()
    const { person } = await createPerson({ ...newPlace(), label: 'Laptop' })
    await expect(pair(person, phone, { isSame: false })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await phone.keyStore.list()).toEqual([])
    await expect(openPerson(phone)).rejects.toMatchObject({ code: 'not-found' })
    expect(clock.timerCount).toBe(0)
  })

  it('cannot be let in by a locked one', async () => {
    const { person } = await createPerson({ ...newPlace(), label: 'Laptop' })
    person.device.lock()
    const phone = newPlace()
    const link = Promise.withResolvers<string>()
    const controller = new AbortController()
    const channel: PairingChannel = new MemoryPairingChannel()
    const common = { ...phone, channel, label: 'Phone', signal: controller.signal }
    const pairing = pairDevice({ ...common, onLink: link.resolve, onCode: () => true })
    const answering = person.acceptPairing(await link.promise, { channel })
    await expect(answering).rejects.toMatchObject({ code: 'identity-unavailable' })
    controller.abort()
    await expect(pairing).rejects.toThrow()
    expect(await phone.keyStore.list()).toEqual([])
  })

  it('speaks for nobody once it is removed, and may not come back with the same key', async () => {
    const phone = newPlace()
    const { person } = await createPerson({ ...newPlace(), label: 'Laptop' })
    const onPhone = await pair(person, phone)
    const before = await onPhone.log()
    await person.removeDevice(onPhone.device.did)
    expect(await keysKnownAfter(person)).toEqual([person.device.did])
    // Whoever heard of the removal first is not talked out of it by the older log.
    const didLogs = new DidLogStore({ store: new MemoryStore(), clock })
    await didLogs.offer(await person.log())
    await didLogs.offer(before)
    expect(await createKeyDirectory({ didLogs, clock }).keysOf(person.did)).toEqual([person.device.did])
    await onPhone.learn(await person.log())
    const refusal = { code: 'forbidden' }
    await expect(onPhone.rotate()).rejects.toMatchObject(refusal)
    const removal = onPhone.removeDevice(person.device.did)
    await expect(removal).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('cannot be removed when it is the last, or never was one', async () => {
    const { person } = await createPerson({ ...newPlace(), label: 'Laptop' })
    const invalid = { code: 'invalid-request' }
    await expect(person.removeDevice(person.device.did)).rejects.toMatchObject(invalid)
    await expect(person.removeDevice((await createIdentity()).did)).rejects.toMatchObject(invalid)
  })

  it('learns nothing from the log of somebody else', async () => {
    const { person } = await createPerson({ ...newPlace(), label: 'Laptop' })
    const { person: other } = await createPerson({ ...newPlace(), label: 'Laptop' })
    await expect(person.learn(await other.log())).rejects.toMatchObject({ code: 'invalid-proof' })
  })
})

describe('rotating', () => {
  it('gives this device another key; the old one is gone', async () => {
    const place = newPlace()
    const { person } = await createPerson({ ...place, label: 'Laptop' })
    const old = person.device
    await person.rotate()
    expect(person.device.did).not.toBe(old.did)
    expect(old.isLocked).toBe(true)
    expect(await keysKnownAfter(person)).toEqual([person.device.did])
    expect(await place.keyStore.list()).toMatchObject([{ did: person.device.did, label: 'Laptop' }])
    const again = await openPerson(place)
    expect([again.did, again.device.did]).toEqual([person.did, person.device.did])
    expect((await person.listDevices()).map(({ label }) => label)).toEqual(['Laptop'])
  })

  it('of a locked device changes nothing', async () => {
    const place = newPlace()
    const { person } = await createPerson({ ...place, label: 'Laptop' })
    person.device.lock()
    await expect(person.rotate()).rejects.toMatchObject({ code: 'identity-unavailable' })
    expect(await place.keyStore.list()).toMatchObject([{ did: person.device.did }])
    expect(await keysKnownAfter(person)).toEqual([person.device.did])
  })

  it('of the recovery words makes the old ones worthless', async () => {
    const { person, words } = await createPerson({ ...newPlace(), label: 'Laptop' })
    const forged = { code: 'invalid-proof' }
    const wrong = person.rotateRecovery({ words: await createRecoveryWords() })
    await expect(wrong).rejects.toMatchObject(forged)
    await expect(person.rotateRecovery({ words: 'no words' })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    const newWords = await person.rotateRecovery({ words, language: 'traditional-chinese' })
    const log = await person.log()
    const recovering = { ...newPlace(), label: 'New', log }
    await expect(recoverPerson({ ...recovering, words })).rejects.toMatchObject(forged)
    expect((await recoverPerson({ ...recovering, words: newWords })).did).toBe(person.did)
  })
})

describe('recovering', () => {
  it('by words leaves this device alone the person’s', async () => {
    const { person, words } = await createPerson({ ...newPlace(), label: 'Laptop' })
    await pair(person, newPlace())
    const place = newPlace()
    const recovered = await recoverPerson({ ...place, label: 'New laptop', log: await person.log(), words })
    expect(recovered.did).toBe(person.did)
    expect(await recovered.listDevices()).toMatchObject([{ label: 'New laptop', isThisDevice: true }])
    expect(await keysKnownAfter(recovered)).toEqual([recovered.device.did])
    // The stolen devices cannot undo it: a recovery key outranks them, whatever they sign.
    await person.rotate()
    expect(await keysKnownAfter(person, recovered)).toEqual([recovered.device.did])
    expect((await openPerson(place)).device.did).toBe(recovered.device.did)
  })

  it('keeps the other devices when told to', async () => {
    const { person, words } = await createPerson({ ...newPlace(), label: 'Laptop' })
    const options = { ...newPlace(), label: 'Phone', log: await person.log(), words, keepDevices: true }
    const recovered = await recoverPerson(options)
    expect((await recovered.listDevices()).map(({ label }) => label)).toEqual(['Laptop', 'Phone'])
  })

  it('works with as many devices as there can be', async () => {
    const { person, words } = await createPerson({ ...newPlace(), label: 'Device' })
    for (let count = 1; count < 16; count++) await pair(person, newPlace())
    const recovered = await recoverPerson({ ...newPlace(), label: 'New', log: await person.log(), words })
    expect((await recovered.listDevices()).map(({ label }) => label)).toEqual(['New'])
  })

  it('by guardians’ shares does the same', async () => {
    const { person, words } = await createPerson({ ...newPlace(), label: 'Laptop' })
    const guardians: Identity[] = await Promise.all([createIdentity(), createIdentity(), createIdentity()])
    const keys = await Promise.all(guardians.map(createGuardianKey))
    const sealed = await splitRecovery(words, { threshold: 2, guardians: keys })
    const open = (index: number) => openShare(sealed[index]?.text ?? '', guardians[index] as Identity)
    const shares = [await open(2), await open(0)]
    const options = { ...newPlace(), label: 'New', log: await person.log() }
    await expect(recoverPerson({ ...options, shares: shares.slice(1) })).rejects.toMatchObject({
      code: 'invalid-request',
      details: { have: 1, need: 2 },
    })
    expect((await recoverPerson({ ...options, shares })).did).toBe(person.did)
  })

  it('finds the log by the DID where it is known', async () => {
    const { person, words } = await createPerson({ ...newPlace(), label: 'Laptop' })
    const log = await person.log()
    const sources = [{ name: 'a node', fetch: async () => log }]
    const place = newPlace()
    const didLogs = new DidLogStore({ store: place.store, clock, sources })
    const options = { ...place, didLogs, label: 'New', words }
    expect((await recoverPerson({ ...options, did: person.did })).did).toBe(person.did)
  })

  it('is refused without a log, with another’s log, or with another’s words', async () => {
    const { person, words } = await createPerson({ ...newPlace(), label: 'Laptop' })
    const { person: other } = await createPerson({ ...newPlace(), label: 'Laptop' })
    const place = newPlace()
    const options = { ...place, label: 'New', words }
    await expect(recoverPerson(options)).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(recoverPerson({ ...options, did: person.did })).rejects.toMatchObject({ code: 'not-found' })
    const otherLog = await other.log()
    await expect(recoverPerson({ ...options, log: otherLog })).rejects.toMatchObject({
      code: 'invalid-proof',
    })
    const mixed = recoverPerson({ ...options, log: otherLog, did: person.did })
    await expect(mixed).rejects.toMatchObject({ code: 'invalid-proof' })
    const none = recoverPerson({ ...place, label: 'New', log: await person.log() })
    await expect(none).rejects.toMatchObject({ code: 'invalid-request' })
    expect(await place.keyStore.list()).toEqual([])
    expect((await recoveryIdentity(words)).did).toMatch(/^did:key:/)
  })
})
