import type { NodeId } from './ids.ts'
import type { TransportKind } from './transport-kind.ts'

export interface PeerConnectionInfo {
  transport: TransportKind | 'tcp' | 'webrtc' | 'quic' | 'relay'
  address: string
  direction: 'inbound' | 'outbound'
  /** Milliseconds since 1970, UTC. */
  openedAt: number
  /** Last measured round trip. */
  latencyMs?: number
}

export interface PeerInfo {
  nodeId: NodeId
  peerId: string
  connections: PeerConnectionInfo[]
}

/** The peers a node is connected to now. */
export interface PeerDirectory {
  list(): PeerInfo[]
  /** Addresses others can dial. */
  addresses(): string[]
}
