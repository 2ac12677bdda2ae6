import type { NodeId, PeerConnectionInfo } from '../../contracts/index.ts'

/** Payloads of a peer node's events. */
export interface PeerNodeEvents {
  /** The peer proved who it is. */
  'connection-opened': { nodeId: NodeId; connection: PeerConnectionInfo }
  'connection-closed': { nodeId: NodeId; connection: PeerConnectionInfo }
  'latency-measured': { nodeId: NodeId; connection: PeerConnectionInfo; latencyMs: number }
  /** What others can dial. */
  'addresses-changed': { addresses: string[] }
}
