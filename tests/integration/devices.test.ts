import { createClient, type LumosClient } from '@lomusai/client-js'
import { MemoryStore } from '@lomusai/client-js/host'
import { createMemoryKeyStore, createPerson, type Person, pairDevice } from '@lomusai/client-js/identity'
import { createLocalNode, type LocalNode } from '@lomusai/client-js/presets/node'
import { MemoryModelCatalog, MemoryPairingChannel, ScriptedModel } from '@lomusai/client-js/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let node: LocalNode
let laptop: Person
let phone: Person

const place = () => ({ keyStore: createMemoryKeyStore(), store: new MemoryStore() })

/** A client of one of the person's devices, for the person. */
const clientOf = (person: Person): LumosClient =>
  createClient({ host: node.host, identity: person.device, credentials: { subject: laptop.did } })

beforeEach(async () => {
  const models = new MemoryModelCatalog([new ScriptedModel({ script: () => 'Good day.' })])
  node = await createLocalNode({ models })
  await node.start()
  laptop = (await createPerson({ ...place(), label: 'Laptop' })).person
  phone = await pair()
})
afterEach(() => node.stop())

async function pair(): Promise<Person> {
  const channel = new MemoryPairingChannel()
  const link = Promise.withResolvers<string>()
  const paired = pairDevice({ ...place(), label: 'Phone', channel, onLink: link.resolve, onCode: () => true })
  const answer = await laptop.acceptPairing(await link.promise, { channel })
  await answer.confirm()
  return paired
}

describe('a person with several devices', () => {
  it('is nobody to a node that does not know the log', async () => {
    await using client = clientOf(phone)
    await expect(client.createMemoryThread({ title: 'Plans' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(forbidden|identity-unavailable)$/),
    })
  })

  it('has one set of conversations on all of them, once any has told the node', async () => {
    await using onLaptop = clientOf(laptop)
    await onLaptop.didLogs.put(await laptop.log(), { place: 'local' })
    await onLaptop.createMemoryThread({ title: 'Plans' })
    await using onPhone = clientOf(phone)
    expect((await onPhone.getMemoryThreads()).map(({ title }) => title)).toEqual(['Plans'])
    expect(await onPhone.didLogs.get(laptop.did, { place: 'local' })).toEqual(await laptop.log())
  })

  it('takes a lost device out, and the node refuses it from the next request on', async () => {
    await using onLaptop = clientOf(laptop)
    await onLaptop.didLogs.put(await laptop.log(), { place: 'local' })
    await using onPhone = clientOf(phone)
    await onPhone.getMemoryThreads()
    await laptop.removeDevice(phone.device.did)
    await onLaptop.didLogs.put(await laptop.log(), { place: 'local' })
    await expect(onPhone.getMemoryThreads()).rejects.toMatchObject({ code: 'forbidden' })
    await onPhone.didLogs.put(await phone.log(), { place: 'local' })
    await expect(onPhone.getMemoryThreads()).rejects.toMatchObject({ code: 'forbidden' })
    await onLaptop.getMemoryThreads()
  })

  it('refuses the log of somebody who forged it, and keeps what it knew', async () => {
    await using client = clientOf(laptop)
    const log = await laptop.log()
    await client.didLogs.put(log, { place: 'local' })
    const forged = log.map(operation => ({ ...operation, at: '2000-01-01T00:00:00.000Z' }))
    await expect(client.didLogs.put(forged as never, { place: 'local' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(invalid-proof|invalid-request)$/),
    })
    expect(await client.didLogs.get(laptop.did, { place: 'local' })).toEqual(log)
  })
})
