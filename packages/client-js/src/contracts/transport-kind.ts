/** The medium that carries requests to a node. */
export type TransportKind = 'in-process' | 'http' | 'websocket' | 'libp2p'
