/** The libp2p protocol whose streams are sessions. @see spec/libp2p.md */
export const peerProtocol = '/lumos/1'

/** The same with session proofs, for connections that only the two ends can read. @see spec/session.md */
export const provingPeerProtocol = '/lumos/1.1'

/** Sessions of one protocol that one peer may hold open to us over one connection. */
export const maxSessionsPerConnection = 16

/** Whether nobody between the two ends, relays included, can read along. @see Noise, libp2p's secure channel */
export function isConfidential(connection: { encryption?: string }): boolean {
  return connection.encryption === '/noise'
}
