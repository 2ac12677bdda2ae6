import type { Identity, RequestEnvelope, RequestHandler, Verifier } from '../../../src/contracts/index.ts'
import {
  checkEnvelope,
  createEnvelope,
  createSystemClock,
  decodeJson,
  verifyEnvelope,
} from '../../../src/core/index.ts'
import { createIdentity, createVerifier } from '../../../src/identity.ts'
import { createPeerNode, type PeerNode, type PeerNodeOptions } from '../../../src/transports/libp2p/index.ts'

export const clock = createSystemClock()

/** Peer nodes that stop at the end of their scope. */
export async function startPeer(options: Partial<PeerNodeOptions> = {}) {
  const identity = options.identity ?? (await createIdentity())
  const peerNode = await createPeerNode({ clock, ...options, identity })
  await peerNode.start()
  return Object.assign(peerNode, { identity, [Symbol.asyncDispose]: () => peerNode.stop() })
}

export function addressOf(peerNode: PeerNode): string {
  const [address] = peerNode.addresses()
  if (address === undefined) throw new Error('The peer node does not listen')
  return address
}

export function request(identity: Identity, audience: Identity['did']) {
  return createEnvelope({ verb: 'agent.list', params: {}, identity, audience, clock })
}

/** Verifies a request as a host does and answers with what it saw. */
export class VerifyingHandler implements RequestHandler {
  readonly #verifier: Verifier = createVerifier()

  constructor(readonly nodeId: Identity['did']) {}

  async *handle(...[input, context]: Parameters<RequestHandler['handle']>) {
    const envelope = (input instanceof Uint8Array ? decodeJson(input) : input) as unknown as RequestEnvelope
    await verifyEnvelope(envelope, this.#verifier)
    checkEnvelope(envelope, this.nodeId, clock.now())
    const { transport, remoteNodeId = null } = context
    yield { id: 1, type: 'result', value: { transport, remoteNodeId, issuer: envelope.issuer } } as const
  }
}
