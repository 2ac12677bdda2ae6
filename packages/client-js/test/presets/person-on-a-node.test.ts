import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../src/contracts/index.ts'
import {
  appendToDidLog,
  createDidLog,
  createIdentity,
  type DidLog,
  DidLogStore,
  type LumosDid,
  verifyDidLog,
} from '../../src/identity.ts'
import { createClient } from '../../src/index.ts'
import { createLocalNode } from '../../src/presets/node.ts'
import { MemoryStore } from '../../src/stores/index.ts'
import { MemoryModelCatalog, ScriptedModel } from '../../src/testing.ts'

const code = (name: string) => expect.objectContaining({ code: name })

let node: Awaited<ReturnType<typeof createLocalNode>>
let [phone, laptop, words]: Identity[] = []
let log: DidLog
let person: LumosDid

beforeEach(async () => {
  node = await createLocalNode({
    models: new MemoryModelCatalog([new ScriptedModel({ script: ['Hello.'] })]),
  })
  await node.start()
  ;[phone, laptop, words] = await Promise.all([createIdentity(), createIdentity(), createIdentity()])
  log = await createDidLog({
    devices: [
      { key: key(phone).did, label: 'Phone' },
      { key: key(laptop).did, label: 'Laptop' },
    ],
    recoveryKeys: [key(words).did],
    signer: key(phone),
  })
  person = (await verifyDidLog(log)).did
})
afterEach(async () => {
  await node.stop()
})

function key(identity: Identity | undefined): Identity {
  if (identity === undefined) throw new Error('no identity')
  return identity
}

/** A device that asks for what is the person's. */
const on = (device: Identity | undefined) =>
  createClient({ host: node.host, identity: key(device), credentials: { subject: person } })

/** A device that asks for what is its own. */
const alone = (device: Identity | undefined) => createClient({ host: node.host, identity: key(device) })

describe('a person on a node', () => {
  it('has the same threads on every device, and a removed device has none, at once', async () => {
    await using phoneClient = on(phone)
    await using laptopClient = on(laptop)
    await expect(phoneClient.createMemoryThread({ title: 'Ours' })).rejects.toThrow(
      code('identity-unavailable'),
    )
    await using teller = alone(phone)
    expect(await teller.didLogs.put(log)).toMatchObject({ did: person })
    const thread = await phoneClient.createMemoryThread({ title: 'Ours' })
    expect((await laptopClient.getMemoryThread(thread.threadId).get()).title).toBe('Ours')
    await using laptopAlone = alone(laptop)
    await expect(laptopAlone.getMemoryThread(thread.threadId).get()).rejects.toThrow(code('not-found'))

    const shorter = await appendToDidLog(log, { type: 'remove-device', key: key(laptop).did }, key(phone))
    await teller.didLogs.put(shorter)
    await expect(laptopClient.getMemoryThread(thread.threadId).get()).rejects.toThrow(code('forbidden'))
    expect((await phoneClient.getMemoryThread(thread.threadId).get()).title).toBe('Ours')
    // Nor does the removed device bring the old log back.
    await laptopAlone.didLogs.put(log)
    await expect(laptopClient.getMemoryThread(thread.threadId).get()).rejects.toThrow(code('forbidden'))
  })

  it('is told of by those the log names, and by nobody else', async () => {
    await using stranger = alone(await createIdentity())
    await expect(stranger.didLogs.put(log)).rejects.toThrow(code('forbidden'))
    expect(await stranger.didLogs.get(person)).toBeUndefined()
    await using recovery = alone(words)
    await recovery.didLogs.put(log)
    expect(await stranger.didLogs.get(person)).toEqual(log)
  })

  it('is not told of by a log that does not hold, nor by a branch that loses', async () => {
    await using teller = alone(phone)
    const [genesis] = log
    const forged = [{ ...genesis, at: '2030-01-01T00:00:00.000Z' }] as DidLog
    await expect(teller.didLogs.put(forged)).rejects.toThrow(code('invalid-proof'))
    await expect(teller.didLogs.put([])).rejects.toThrow(code('invalid-request'))
    await expect(teller.didLogs.get('did:lumos:x' as LumosDid)).rejects.toThrow(code('invalid-request'))
    const byPhone = await appendToDidLog(log, { type: 'remove-device', key: key(laptop).did }, key(phone))
    const byLaptop = await appendToDidLog(log, { type: 'remove-device', key: key(phone).did }, key(laptop))
    await teller.didLogs.put(byPhone)
    await using loser = alone(laptop)
    await expect(loser.didLogs.put(byLaptop)).rejects.toThrow(code('conflict'))
    expect(await loser.didLogs.get(person)).toEqual(byPhone)
  })

  it('is learned of by one node from another', async () => {
    await using teller = alone(phone)
    await teller.didLogs.put(log)
    const elsewhere = new DidLogStore({
      store: new MemoryStore(),
      sources: [teller.didLogs.source({ place: 'local' })],
    })
    expect((await elsewhere.state(person)).keys).toEqual([key(phone).did, key(laptop).did])
    const longer = await appendToDidLog(log, { type: 'remove-device', key: key(laptop).did }, key(phone))
    await teller.didLogs.put(longer)
    expect((await elsewhere.state(person, { maxAgeMs: 0 })).keys).toEqual([key(phone).did])
  })
})
