import type { StreamHandler } from '@libp2p/interface'
import { LumosError, type RequestHandler } from '../../contracts/index.ts'
import { type AnsweringSession, type SessionLimits, serveSession } from '../session/index.ts'
import type { PeerNode } from './peer-node.ts'
import { isConfidential, maxSessionsPerConnection, peerProtocol, provingPeerProtocol } from './protocol.ts'
import { nodeIdFromPeerId } from './remote-node-id.ts'
import { streamMedium } from './stream-medium.ts'

export interface ServeLibp2pOptions {
  limits?: Partial<SessionLimits>
}

export interface PeerServer {
  /** Takes no more sessions and ends those under way. Idempotent. */
  stop(): Promise<void>
}

/**
 * Answers the requests of peers with `handler`, usually a Host of the same identity, from now on. The handler is
 * told which node asks, as proved by the connection's handshake; whether that node may ask is the handler's matter.
 *
 * @throws {LumosError} `conflict` when the node has another identity than the handler, or is served already
 */
export async function serveLibp2p(
  peerNode: PeerNode,
  handler: RequestHandler,
  options: ServeLibp2pOptions = {},
): Promise<PeerServer> {
  const { libp2p, nodeId } = peerNode
  if (handler.nodeId !== nodeId) {
    const message = 'Give the host and the peer node the same identity: requests name one node'
    throw new LumosError('conflict', message, { details: { peerNode: nodeId, handler: handler.nodeId } })
  }
  const sessions = new Set<AnsweringSession>()
  const onStream: StreamHandler = (stream, connection) => {
    const context = { transport: 'libp2p', remoteNodeId: nodeIdFromPeerId(connection.remotePeer) } as const
    const session = serveSession(streamMedium(stream), handler, context, {
      ...options,
      takesProofs: stream.protocol === provingPeerProtocol && isConfidential(connection),
      onEnd: () => sessions.delete(session),
    })
    sessions.add(session)
  }
  // A handler that takes signed requests only does not offer anything else.
  const protocols = handler.openSession === undefined ? [peerProtocol] : [provingPeerProtocol, peerProtocol]
  const register = libp2p.handle(protocols, onStream, {
    maxInboundStreams: maxSessionsPerConnection,
    runOnLimitedConnection: true,
  })
  await register.catch(cause => {
    throw new LumosError('conflict', 'This peer node answers requests already', { cause })
  })
  return {
    async stop() {
      await libp2p.unhandle(protocols)
      for (const session of sessions) session.close()
    },
  }
}
