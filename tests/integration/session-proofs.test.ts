import {
  createClient,
  type IdempotencyKey,
  type Identity,
  type LumosClient,
  type PrincipalDid,
} from '@lomusai/client-js'
import { MemoryStore } from '@lomusai/client-js/host'
import {
  createIdentity,
  createMemoryKeyStore,
  createPerson,
  type Person,
  pairDevice,
} from '@lomusai/client-js/identity'
import { createPeerNode, libp2pTransport, type PeerNode } from '@lomusai/client-js/p2p'
import { createLocalNode, type LocalNode } from '@lomusai/client-js/presets/node'
import { MemoryModelCatalog, MemoryPairingChannel, ScriptedModel } from '@lomusai/client-js/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createId,
  createSystemClock,
  createUnsignedEnvelope,
} from '../../packages/client-js/src/core/index.ts'
import {
  inProcessAddress,
  inProcessTransport,
} from '../../packages/client-js/src/transports/in-process/in-process-transport.ts'

let node: LocalNode
let asker: PeerNode

beforeEach(async () => {
  const models = new MemoryModelCatalog([new ScriptedModel({ script: () => 'Good day.' })])
  node = await createLocalNode({ models, peer: { listen: ['/ip4/127.0.0.1/tcp/0'] } })
  await node.start()
  asker = await createPeerNode({ identity: await createIdentity() })
  await asker.start()
})
afterEach(async () => {
  await asker.stop()
  await node.stop()
})

interface Counted extends Identity {
  signatures: number
}

function counted(identity: Identity): Counted {
  const { did, publicKey } = identity
  return {
    ...{ did, publicKey, signatures: 0 },
    sign(bytes) {
      this.signatures++
      return identity.sign(bytes)
    },
  }
}

const place = () => ({ keyStore: createMemoryKeyStore(), store: new MemoryStore() })

function peerClient(identity: Identity, subject?: PrincipalDid, delegations: string[] = []): LumosClient {
  const peers = node.peerNode?.addresses() ?? []
  const credentials = { ...(subject !== undefined && { subject }), delegations }
  return createClient({ transports: [libp2pTransport(asker)], peers, identity, credentials })
}

/** Asks until the node has taken a key; from then on nothing is signed. */
async function prove(client: LumosClient, identity: Counted): Promise<void> {
  for (let request = 0; request < 10; request++) await client.getMemoryThreads()
  const before = identity.signatures
  await client.getMemoryThreads()
  expect(identity.signatures).toBe(before)
}

describe('whoever a session has proven', () => {
  it('is refused from the next request on, once the permission is revoked', async () => {
    const [owner, bob] = [await createIdentity(), counted(await createIdentity())]
    await using ofOwner = peerClient(owner)
    const grant = await ofOwner.access.delegate({ audience: bob.did, command: '/thread' })
    await using ofBob = peerClient(bob, owner.did, [grant.token])
    await prove(ofBob, bob)
    const before = bob.signatures
    await ofOwner.access.revoke(grant)
    await expect(ofBob.getMemoryThreads()).rejects.toMatchObject({ code: 'forbidden' })
    // The refusal was for the permission, of a request that the key proved.
    expect(bob.signatures).toBe(before)
  })

  it('is refused from the next request on, once the device is taken out of the person’s log', async () => {
    const { person: laptop } = await createPerson({ ...place(), label: 'Laptop' })
    const phone = await pair(laptop)
    const device = counted(phone.device)
    await using onLaptop = peerClient(laptop.device, laptop.did)
    await onLaptop.didLogs.put(await laptop.log())
    await using onPhone = peerClient(device, laptop.did)
    await prove(onPhone, device)
    const before = device.signatures
    await laptop.removeDevice(phone.device.did)
    await onLaptop.didLogs.put(await laptop.log())
    await expect(onPhone.getMemoryThreads()).rejects.toMatchObject({ code: 'forbidden' })
    expect(device.signatures).toBe(before)
  })

  it('changes a thing once, though the retry takes another way and is signed there', async () => {
    const alice = counted(await createIdentity())
    await using client = peerClient(alice)
    await prove(client, alice)
    const [address = ''] = node.peerNode?.addresses() ?? []
    const overPeer = await libp2pTransport(asker).dial(address)
    const inProcess = await inProcessTransport(node.host).dial(inProcessAddress)
    const idempotencyKey = createId() as IdempotencyKey
    const created: unknown[] = []
    for (const connection of [overPeer, overPeer, overPeer, inProcess]) {
      const envelope = createUnsignedEnvelope({
        ...{ verb: 'thread.create', params: { title: 'Plans' }, idempotencyKey },
        ...{ identity: alice, audience: connection.remoteNodeId, clock: createSystemClock() },
      })
      for await (const event of connection.request({ envelope, identity: alice })) created.push(event)
    }
    expect(created).toHaveLength(4)
    expect(new Set(created.map(event => JSON.stringify(event))).size).toBe(1)
    expect(await client.getMemoryThreads()).toHaveLength(1)
  })
})

async function pair(laptop: Person): Promise<Person> {
  const channel = new MemoryPairingChannel()
  const link = Promise.withResolvers<string>()
  const paired = pairDevice({ ...place(), label: 'Phone', channel, onLink: link.resolve, onCode: () => true })
  const answer = await laptop.acceptPairing(await link.promise, { channel })
  await answer.confirm()
  return paired
}
