/** The libp2p protocol whose streams are sessions. @see spec/libp2p.md */
export const peerProtocol = '/lumos/1'

/** Sessions that one peer may hold open to us over one connection. */
export const maxSessionsPerConnection = 16
