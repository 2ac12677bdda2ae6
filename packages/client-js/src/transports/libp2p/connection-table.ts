import type { Connection } from '@libp2p/interface'
import type { NodeId, PeerConnectionInfo, PeerInfo } from '../../contracts/index.ts'
import { nodeIdFromPeerId } from './remote-node-id.ts'

export interface KnownConnection {
  nodeId: NodeId
  info: PeerConnectionInfo
}

/** What is known of each open connection, by connection. */
export class ConnectionTable {
  readonly #known = new Map<Connection, KnownConnection>()

  /** Undefined for peers that are no Lumos nodes. */
  add(connection: Connection): KnownConnection | undefined {
    if (connection.remotePeer.type !== 'Ed25519') return undefined
    const info: PeerConnectionInfo = {
      transport: mediumOf(connection),
      address: connection.remoteAddr.toString(),
      direction: connection.direction,
      openedAt: connection.timeline.open,
    }
    const known = { nodeId: nodeIdFromPeerId(connection.remotePeer), info }
    this.#known.set(connection, known)
    return known
  }

  remove(connection: Connection): KnownConnection | undefined {
    const known = this.#known.get(connection)
    this.#known.delete(connection)
    return known
  }

  get(connection: Connection): KnownConnection | undefined {
    return this.#known.get(connection)
  }

  connections(): Connection[] {
    return [...this.#known.keys()]
  }

  list(): PeerInfo[] {
    const peers = new Map<NodeId, PeerInfo>()
    for (const [connection, { nodeId, info }] of this.#known) {
      const peer = peers.get(nodeId)
      if (peer !== undefined) peer.connections.push({ ...info })
      else peers.set(nodeId, { nodeId, peerId: connection.remotePeer.toString(), connections: [{ ...info }] })
    }
    return [...peers.values()]
  }
}

function mediumOf(connection: Connection): PeerConnectionInfo['transport'] {
  const names = connection.remoteAddr.getComponents().map(({ name }) => name)
  if (names.includes('p2p-circuit')) return 'relay'
  if (names.some(name => name.startsWith('webrtc'))) return 'webrtc'
  if (names.some(name => name === 'ws' || name === 'wss')) return 'websocket'
  if (names.some(name => name.startsWith('quic'))) return 'quic'
  return names.includes('tcp') ? 'tcp' : 'libp2p'
}
