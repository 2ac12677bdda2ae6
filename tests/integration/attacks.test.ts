import { createClient, type Grant, type Identity, LumosError, type RequestEnvelope } from '@lomusai/client-js'
import { nodeRevocationSource } from '@lomusai/client-js/access'
import { createIdentity } from '@lomusai/client-js/identity'
import { createPeerNode, libp2pTransport } from '@lomusai/client-js/p2p'
import { createLocalNode } from '@lomusai/client-js/presets/node'
import { ManualClock, MemoryModelCatalog } from '@lomusai/client-js/testing'
import { describe, expect, it } from 'vitest'
import { createEnvelope } from '../../packages/client-js/src/core/index.ts'
import { World, ways } from './world.ts'

/** What an impersonator may try with an envelope: none of it is what its issuer signed for this node. */
type Mismatch = (sign: Sign, victim: Identity, attacker: Identity, transportDid: string) => Promise<object>
type Sign = (identity: Identity, change?: object) => Promise<RequestEnvelope>

const mismatches: Record<string, Mismatch> = {
  'the victim’s name on the attacker’s signature': async (sign, victim, attacker) => ({
    ...(await sign(attacker)),
    issuer: victim.did,
  }),
  'signed by the attacker under the victim’s name': (sign, victim, attacker) =>
    sign({ ...attacker, did: victim.did }),
  'made for another node': async (sign, victim) => sign(victim, { audience: (await createIdentity()).did }),
  'redirected to this node': async (sign, victim) => {
    const { did: elsewhere } = await createIdentity()
    const envelope = await sign(victim, { audience: elsewhere })
    return { ...envelope, audience: (await sign(victim)).audience }
  },
  'the proof of another request': async (sign, victim) => ({
    ...(await sign(victim)),
    proof: (await sign(victim)).proof,
  }),
  'the transport’s own name without its signature': async (sign, _victim, attacker, transportDid) => ({
    ...(await sign(attacker)),
    issuer: transportDid,
  }),
  'the victim’s data without leave': (sign, victim, attacker) =>
    sign(attacker, { credentials: { subject: victim.did } }),
}

describe.each(ways)('an impersonator, %s', way => {
  it('250 mismatched envelopes, 0 accepted (1,000 over all ways)', async () => {
    await using world = await World.create(way)
    const { connection, ownDid } = await world.connect()
    const [victim, attacker] = [await createIdentity(), await createIdentity()]
    const sign: Sign = (identity, change = {}) => {
      const { clock, host } = world
      const base = { verb: 'thread.list', params: {}, identity, audience: host.nodeId, clock } as const
      return createEnvelope({ ...base, ...change }) as Promise<RequestEnvelope>
    }
    const send = async (envelope: object): Promise<string> => {
      try {
        for await (const _ of connection.request(envelope as RequestEnvelope)) return 'accepted'
        return 'nothing'
      } catch (error) {
        return (error as LumosError).code
      }
    }
    const names = Object.keys(mismatches)
    const answers: Record<string, number> = {}
    for (let index = 0; index < 250; index++) {
      const mismatch = mismatches[names[index % names.length] as string] as Mismatch
      const code = await send(await mismatch(sign, victim, attacker, ownDid))
      answers[code] = (answers[code] ?? 0) + 1
    }
    // The last kind is well signed, and refused for want of a permission.
    expect(answers).toEqual({ 'invalid-proof': 215, forbidden: 35 })
    expect(await send(await sign(victim))).toBe('accepted')
  }, 60_000)
})

describe('an impersonator at an address', () => {
  it('is not taken for the node whose name the address has: 10 dials, 0 connections', async () => {
    const [victim, attacker, caller] = await Promise.all(
      Array.from({ length: 3 }, async () =>
        createPeerNode({ identity: await createIdentity(), listen: ['/ip4/127.0.0.1/tcp/0'] }),
      ),
    )
    const nodes = [victim, attacker, caller] as const
    for (const node of nodes) await node?.start()
    const transport = libp2pTransport(caller as NonNullable<typeof caller>)
    const forged = String(attacker?.addresses()[0]).replace(String(attacker?.peerId), String(victim?.peerId))
    for (let attempt = 0; attempt < 10; attempt++) {
      await expect(transport.dial(forged)).rejects.toMatchObject({ code: 'dial-failed' })
    }
    for (const node of nodes) await node?.stop()
  })
})

describe('an ex-delegate at a node that was cut off', () => {
  it('is refused within one sync after the network heals, and once what is known is 5 minutes old', async () => {
    const clock = new ManualClock()
    const models = new MemoryModelCatalog([])
    let isCut = false
    await using first = await createLocalNode({ models, clock })
    await using follower = createClient({ host: first.host, clock })
    const source = nodeRevocationSource({
      name: 'the first node',
      list: (params, options) => {
        if (isCut) throw new LumosError('dial-failed', 'The network is cut.')
        return follower.access.revocations({ ...params, ...options })
      },
    })
    await using second = await createLocalNode({ models, clock, revocationSources: [{ source }] })
    for (const node of [first, second]) await node.start()
    const [anna, bob] = [await createIdentity(), await createIdentity()]
    await using annaAtFirst = createClient({ host: first.host, identity: anna, clock })
    const give = () => annaAtFirst.access.delegate({ audience: bob.did, command: '/thread' })
    const [taken, kept] = [await give(), await give()]
    /** What the second node says to Bob, who wants to see Anna's threads. */
    const verdict = async ({ token }: Grant) => {
      const envelope = (await createEnvelope({
        ...{ verb: 'thread.list', params: {}, identity: bob, audience: second.host.nodeId, clock },
        credentials: { subject: anna.did, delegations: [token] },
      })) as RequestEnvelope
      try {
        for await (const _ of second.host.handle(envelope, { transport: 'in-process' })) break
        return 'admitted'
      } catch (error) {
        return (error as LumosError).code
      }
    }
    /** One interval of the following node passes, with all that it reads then. */
    const sync = async () => {
      clock.advance(30_000)
      await settle()
    }
    await settle()
    expect([await verdict(taken), await verdict(kept)]).toEqual(['admitted', 'admitted'])
    isCut = true
    await annaAtFirst.access.revoke(taken)
    for (let elapsedMs = 30_000; elapsedMs <= 300_000; elapsedMs += 30_000) {
      await sync()
      // Nobody could tell it: so long it goes on, and no longer.
      expect([await verdict(taken), await verdict(kept)]).toEqual(['admitted', 'admitted'])
    }
    await sync()
    const unknown = 'revocations-unknown'
    expect([await verdict(taken), await verdict(kept)]).toEqual([unknown, unknown])
    isCut = false
    await sync()
    expect([await verdict(taken), await verdict(kept)]).toEqual(['forbidden', 'admitted'])
  })
})

/** Lets everything that is ready happen: stores and signatures in memory need no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
}
