/**
 * Peers: this process as a libp2p node that asks other nodes and answers them.
 *
 * ```ts
 * import { createIdentity } from '@lomusai/client-js/identity'
 * import { createPeerNode, libp2pTransport } from '@lomusai/client-js/p2p'
 *
 * const peerNode = await createPeerNode({ identity: await createIdentity() })
 * const transport = libp2pTransport(peerNode) // for createClient({ transports: [transport], peers: [address] })
 * ```
 */
export {
  createPeerNode,
  type Libp2pTransportOptions,
  libp2pTransport,
  type PeerNode,
  type PeerNodeEvents,
  type PeerNodeOptions,
  type PeerServer,
  peerProtocol,
  type ServeLibp2pOptions,
  serveLibp2p,
} from './transports/libp2p/index.ts'
export { defaultSessionLimits, type SessionLimits } from './transports/session/index.ts'
