import { describe, expect, it } from 'vitest'
import type { Connection, Identity, RequestHandler, RequestSession } from '../../../src/contracts/index.ts'
import { LumosError } from '../../../src/contracts/index.ts'
import { createUnsignedEnvelope } from '../../../src/core/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { libp2pTransport, serveLibp2p } from '../../../src/transports/libp2p/index.ts'
import { type HostSetup, setUpHost } from '../../host/host-setup.ts'
import { addressOf, clock, startPeer } from './peers.ts'

/** A real host and a real peer of it, with what passed its doors counted. */
async function connect(
  setup: HostSetup = {},
  change: (handler: RequestHandler) => RequestHandler = given => given,
) {
  const [server, client] = [await startPeer({ listen: ['/ip4/127.0.0.1/tcp/0'] }), await startPeer()]
  const { host } = await setUpHost({ identity: server.identity, ...setup })
  const counts = { signed: 0, proven: 0, statements: 0 }
  const counting = count(host, counts)
  await serveLibp2p(server, change(counting))
  const transport = libp2pTransport(client)
  const connection = await transport.dial(addressOf(server))
  return {
    ...{ host, counts, connection, server },
    async [Symbol.asyncDispose]() {
      await transport.stop()
      await client[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await host.stop({ graceMs: 0 })
    },
  }
}

function count(
  host: RequestHandler,
  counts: { signed: number; proven: number; statements: number },
): RequestHandler {
  const counting: RequestHandler = {
    nodeId: host.nodeId,
    handle(...given) {
      counts.signed++
      return host.handle(...given)
    },
  }
  if (host.openSession === undefined) return counting
  const openSession: NonNullable<RequestHandler['openSession']> = context => {
    const session = host.openSession?.(context) as RequestSession
    return {
      challenge: session.challenge,
      close: () => session.close(),
      handle(...given) {
        counts.proven++
        return session.handle(...given)
      },
      prove(statement) {
        counts.statements++
        return session.prove(statement)
      },
    }
  }
  return { ...counting, openSession }
}

async function ask(connection: Connection, identity: Identity): Promise<unknown> {
  const audience = connection.remoteNodeId
  const envelope = createUnsignedEnvelope({ verb: 'node.describe', params: {}, identity, audience, clock })
  for await (const event of connection.request({ envelope, identity })) return event
}

/** Asks as often, one after the other, with time for the node to answer a statement. */
async function askOften(connection: Connection, identity: Identity, times: number): Promise<void> {
  for (let index = 0; index < times; index++) expect(await ask(connection, identity)).toMatchObject({ id: 1 })
}

describe('requests over libp2p', () => {
  it('are signed until the node has a key of their issuer, and then never', async () => {
    await using pair = await connect()
    const [alice, bob] = [await createIdentity(), await createIdentity()]
    await askOften(pair.connection, alice, 1)
    expect(pair.counts).toEqual({ signed: 1, proven: 0, statements: 0 })
    await askOften(pair.connection, alice, 30)
    expect(pair.counts).toMatchObject({ statements: 1 })
    expect(pair.counts.signed).toBeLessThan(6)
    expect(pair.counts.signed + pair.counts.proven).toBe(31)
    await askOften(pair.connection, bob, 30)
    expect(pair.counts.statements).toBe(2)
  })

  it('are all signed where the host wants signatures', async () => {
    await using pair = await connect({ sessionProofs: false })
    await askOften(pair.connection, await createIdentity(), 10)
    expect(pair.counts).toEqual({ signed: 10, proven: 0, statements: 0 })
  })

  it('are signed at once, unseen by who asked, when the node has lost the key', async () => {
    let hasLost = false
    await using pair = await connect({}, handler => ({
      nodeId: handler.nodeId,
      handle: (...given) => handler.handle(...given),
      openSession(context) {
        const session = handler.openSession?.(context) as RequestSession
        return {
          challenge: session.challenge,
          prove: statement => session.prove(statement),
          close: () => session.close(),
          handle(counter, payload, options) {
            // As if it had never heard of the key.
            if (hasLost) payload[0] = 200
            return session.handle(counter, payload, options)
          },
        }
      },
    }))
    const alice = await createIdentity()
    await askOften(pair.connection, alice, 10)
    const { proven, signed } = pair.counts
    expect(proven).toBeGreaterThan(0)
    hasLost = true
    await askOften(pair.connection, alice, 10)
    expect(pair.counts).toMatchObject({ proven: proven + 1, signed: signed + 10 })
  })

  it('end with the error of the signed request when a signature is refused too', async () => {
    const refused = new LumosError('invalid-proof', 'Not this one.')
    await using pair = await connect({ verifier: { verify: () => false } })
    await expect(ask(pair.connection, await createIdentity())).rejects.toMatchObject({ code: refused.code })
  })

  it('of a locked identity fail as they do without a session', async () => {
    await using pair = await connect()
    const alice = await createIdentity()
    let isLocked = false
    const lockable: Identity = {
      ...{ did: alice.did, publicKey: alice.publicKey },
      get isLocked() {
        return isLocked
      },
      sign(bytes) {
        if (isLocked) throw new LumosError('identity-unavailable', 'It is locked.')
        return alice.sign(bytes)
      },
    }
    await askOften(pair.connection, lockable, 10)
    isLocked = true
    await expect(ask(pair.connection, lockable)).rejects.toMatchObject({ code: 'identity-unavailable' })
    isLocked = false
    await askOften(pair.connection, lockable, 1)
  })
})
