import { identify } from '@libp2p/identify'
import type { Connection, ConnectionGater, Libp2p } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { createLibp2p } from 'libp2p'
import { media } from '#libp2p-media'
import {
  type AbortOptions,
  type Clock,
  type Identity,
  LumosError,
  type NodeId,
  type PeerDirectory,
  type PeerInfo,
} from '../../contracts/index.ts'
import { createSystemClock, raceSignal, TypedEmitter } from '../../core/index.ts'
import { ConnectionTable } from './connection-table.ts'
import { privateKeyFromIdentity } from './identity-private-key.ts'
import { LatencyMonitor } from './latency-monitor.ts'
import { noiseInOneWrite } from './noise-in-one-write.ts'
import type { PeerNodeEvents } from './peer-node-events.ts'
import { yamuxWithFewUpdates } from './yamux-with-few-updates.ts'

export interface PeerNodeOptions {
  /** Who the node is: its key signs the handshakes and names the PeerId. */
  identity: Identity
  /** Multiaddrs to listen on, for instance `/ip4/127.0.0.1/tcp/0/ws`. A page cannot listen. @default [] */
  listen?: string[]
  /** Multiaddrs to tell others instead of the ones listened on. */
  announce?: string[]
  /** Connections at most; further ones are closed, oldest and idle first. @default 300 */
  maxConnections?: number
  /** New connections per second from one remote host. @default 5 */
  maxInboundConnectionsPerSecond?: number
  /** How often each connection is measured; one that does not answer is closed. @default 15000 */
  pingIntervalMs?: number
  /** Refuses connections. @default dials anywhere, private addresses too */
  connectionGater?: ConnectionGater
  clock?: Clock
}

/** This process as a libp2p peer, named by its identity's key. */
export interface PeerNode extends PeerDirectory {
  readonly nodeId: NodeId
  /** The same key as `nodeId`, base58. */
  readonly peerId: string
  readonly libp2p: Libp2p
  /**
   * Listens. Idempotent.
   *
   * @throws {LumosError} `unsupported` when no address of `listen` can be listened on
   */
  start(options?: AbortOptions): Promise<void>
  /** Closes all connections. Idempotent. */
  stop(): Promise<void>
  /** Returns its unsubscribe. */
  on<Name extends keyof PeerNodeEvents>(
    name: Name,
    listener: (payload: PeerNodeEvents[Name]) => void,
  ): () => void
}

/**
 * A peer that dials, and listens where told, once started.
 *
 * ```ts
 * const peerNode = await createPeerNode({ identity, listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
 * await peerNode.start()
 * console.log(peerNode.addresses())
 * ```
 */
export async function createPeerNode(options: PeerNodeOptions): Promise<PeerNode> {
  const libp2p = await createLibp2p({
    start: false,
    privateKey: privateKeyFromIdentity(options.identity),
    addresses: { listen: options.listen ?? [], announce: options.announce ?? [] },
    transports: media,
    connectionEncrypters: [noiseInOneWrite()],
    streamMuxers: [yamuxWithFewUpdates()],
    // A browser's default refuses private addresses, where peers of one house are.
    connectionGater: options.connectionGater ?? { denyDialMultiaddr: () => false },
    connectionManager: {
      maxConnections: options.maxConnections ?? 300,
      inboundConnectionThreshold: options.maxInboundConnectionsPerSecond ?? 5,
    },
    // The latency monitor does the same by our clock, and tells what it measured.
    connectionMonitor: { enabled: false },
    services: { identify: identify(), ping: ping() },
  })
  return new Libp2pPeerNode(libp2p, options)
}

class Libp2pPeerNode implements PeerNode {
  readonly nodeId: NodeId
  readonly libp2p: Libp2p
  readonly #events = new TypedEmitter<PeerNodeEvents>()
  readonly #table = new ConnectionTable()
  readonly #monitor: LatencyMonitor
  #starting: Promise<void> | undefined

  constructor(libp2p: Libp2p, options: PeerNodeOptions) {
    this.nodeId = options.identity.did
    this.libp2p = libp2p
    this.#monitor = new LatencyMonitor({
      clock: options.clock ?? createSystemClock(),
      intervalMs: options.pingIntervalMs ?? 15_000,
      connections: () => this.#table.connections(),
      onLatency: (connection, latencyMs) => this.#onLatency(connection, latencyMs),
    })
    libp2p.addEventListener('connection:open', event => this.#onOpen(event.detail))
    libp2p.addEventListener('connection:close', event => this.#onClose(event.detail))
    libp2p.addEventListener('self:peer:update', () =>
      this.#events.emit('addresses-changed', { addresses: this.addresses() }),
    )
  }

  get peerId(): string {
    return this.libp2p.peerId.toString()
  }

  start(options: AbortOptions = {}): Promise<void> {
    this.#starting ??= this.#start().catch(error => {
      this.#starting = undefined
      throw error
    })
    return raceSignal(this.#starting, options.signal)
  }

  async stop(): Promise<void> {
    await this.#starting?.catch(() => {})
    this.#starting = undefined
    this.#monitor.stop()
    await this.libp2p.stop()
  }

  list(): PeerInfo[] {
    return this.#table.list()
  }

  addresses(): string[] {
    return this.libp2p.getMultiaddrs().map(address => address.toString())
  }

  on<Name extends keyof PeerNodeEvents>(
    name: Name,
    listener: (payload: PeerNodeEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener)
  }

  async #start(): Promise<void> {
    try {
      await this.libp2p.start()
    } catch (cause) {
      await this.libp2p.stop()
      const message = 'The peer node could not listen: see the cause, and choose addresses this platform has'
      throw new LumosError('unsupported', message, { cause })
    }
    this.#monitor.start()
  }

  #onOpen(connection: Connection): void {
    const known = this.#table.add(connection)
    if (known === undefined) return
    this.#events.emit('connection-opened', { nodeId: known.nodeId, connection: { ...known.info } })
    this.#monitor.measure(connection)
  }

  #onClose(connection: Connection): void {
    const known = this.#table.remove(connection)
    if (known === undefined) return
    this.#events.emit('connection-closed', { nodeId: known.nodeId, connection: { ...known.info } })
  }

  #onLatency(connection: Connection, latencyMs: number): void {
    const known = this.#table.get(connection)
    if (known === undefined) return
    known.info.latencyMs = latencyMs
    this.#events.emit('latency-measured', { nodeId: known.nodeId, connection: { ...known.info }, latencyMs })
  }
}
