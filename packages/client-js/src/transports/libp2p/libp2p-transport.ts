import type { Connection as PeerConnection } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import {
  type AbortOptions,
  type Connection,
  LumosError,
  type NodeId,
  type Transport,
} from '../../contracts/index.ts'
import { CallingSession, SessionConnection, type SessionLimits } from '../session/index.ts'
import { dialError, isClosing } from './dial-error.ts'
import type { PeerNode } from './peer-node.ts'
import { isConfidential, maxSessionsPerConnection, peerProtocol, provingPeerProtocol } from './protocol.ts'
import { nodeIdFromPeerId } from './remote-node-id.ts'
import { type AcquiredSession, SharedSessions } from './shared-sessions.ts'
import { streamMedium } from './stream-medium.ts'

/** A peer that is connected and takes longer to open a stream does not answer at all. */
const negotiationTimeoutMs = 10_000

export interface Libp2pTransportOptions {
  limits?: Partial<SessionLimits>
}

/**
 * Dials peers by multiaddr, for instance `/ip4/127.0.0.1/tcp/4112/p2p/12D3Koo…`; starts the peer node where that
 * has not happened. All connections to one peer share one session, and when it is lost the next dial opens another.
 */
export function libp2pTransport(peerNode: PeerNode, options: Libp2pTransportOptions = {}): Transport {
  return new Libp2pTransport(peerNode, options)
}

interface ReachedPeer extends AcquiredSession {
  remoteNodeId: NodeId
}

class Libp2pTransport implements Transport {
  readonly kind = 'libp2p'
  readonly #peerNode: PeerNode
  readonly #options: Libp2pTransportOptions
  readonly #sessions = new SharedSessions()
  readonly #stopping = new AbortController()

  constructor(peerNode: PeerNode, options: Libp2pTransportOptions) {
    this.#peerNode = peerNode
    this.#options = options
  }

  canDial(address: string): boolean {
    return parse(address) !== undefined
  }

  async dial(address: string, options: AbortOptions = {}): Promise<Connection> {
    const parsed = parse(address)
    if (parsed === undefined) {
      throw new LumosError('dial-failed', `Not a multiaddr: ${address}`, { retryable: false })
    }
    const signal = this.#untilStopped(options.signal)
    signal.throwIfAborted()
    try {
      await this.#peerNode.start({ signal })
      const { session, release, remoteNodeId } = await this.#reach(parsed, signal)
      return new SessionConnection({ session, kind: this.kind, address, remoteNodeId, onClose: release })
    } catch (cause) {
      signal.throwIfAborted()
      throw dialError(address, cause)
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new LumosError('dial-failed', 'The transport was stopped'))
    await this.#sessions.close()
  }

  /** Dials again when libp2p gives a connection that is about to close. */
  async #reach(address: Multiaddr, signal: AbortSignal, isRetry = false): Promise<ReachedPeer> {
    const peer = await this.#peerNode.libp2p.dial(address, { signal, force: isRetry })
    const remoteNodeId = nodeIdFromPeerId(peer.remotePeer)
    try {
      const open = (onEnd: () => void) => this.#open(peer, onEnd)
      return { ...(await this.#sessions.acquire(peer.remotePeer.toString(), open, { signal })), remoteNodeId }
    } catch (error) {
      if (isRetry || signal.aborted || !isClosing(error)) throw error
      peer.abort(error as Error)
      return this.#reach(address, signal, true)
    }
  }

  #untilStopped(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#stopping.signal : AbortSignal.any([signal, this.#stopping.signal])
  }

  async #open(peer: PeerConnection, onEnd: () => void): Promise<CallingSession> {
    const protocols = isConfidential(peer) ? [provingPeerProtocol, peerProtocol] : [peerProtocol]
    const stream = await peer.newStream(protocols, {
      maxOutboundStreams: maxSessionsPerConnection,
      runOnLimitedConnection: true,
      signal: this.#untilStopped(AbortSignal.timeout(negotiationTimeoutMs)),
    })
    const ends = { asker: this.#peerNode.nodeId, audience: nodeIdFromPeerId(peer.remotePeer) }
    const isProving = stream.protocol === provingPeerProtocol
    return new CallingSession(streamMedium(stream), {
      ...this.#options,
      onEnd,
      ends: isProving ? ends : undefined,
    })
  }
}

function parse(address: string): Multiaddr | undefined {
  if (!address.startsWith('/')) return undefined
  try {
    return multiaddr(address)
  } catch {
    return undefined
  }
}
