import type { AbortOptions } from './abort-options.ts'
import type { RequestEnvelope, UnprovenRequest } from './envelope.ts'
import type { HostEvent } from './event.ts'
import type { NodeId } from './ids.ts'
import type { RequestSession, SessionContext } from './request-session.ts'
import type { TransportKind } from './transport-kind.ts'
import type { Verb, VerbEvent } from './verbs.ts'

/** Opens connections to nodes over one kind of medium. */
export interface Transport {
  readonly kind: TransportKind
  /** Whether `address` is of a form this transport dials: an origin, a multiaddr, `in-process:`. */
  canDial(address: string): boolean
  /**
   * Resolves once the node is reached and has said, or proved, who it is.
   *
   * @throws {LumosError} `dial-failed`; `protocol-mismatch`
   */
  dial(address: string, options?: AbortOptions): Promise<Connection>
  stop(): Promise<void>
}

/** A way to one node. Any number of requests may be under way at once. */
export interface Connection {
  readonly kind: TransportKind
  readonly address: string
  readonly remoteNodeId: NodeId
  /** False once lost or closed; then dial again. */
  readonly isOpen: boolean
  /**
   * Yields the host's events in order and ends after the last. Nothing is sent before the first pull.
   * Aborting, or leaving the loop, means "I stop reading": the run goes on. Reading slowly slows the sender.
   * Of an unproven request the connection proves the issuer, by a signature or as the session already did.
   *
   * @throws {LumosError} the host's refusal, or `connection-lost` when the medium failed before the last event
   */
  request<V extends Verb>(
    request: RequestEnvelope<V> | UnprovenRequest<V>,
    options?: AbortOptions,
  ): AsyncIterable<VerbEvent<V>>
  /** Idempotent. Requests under way end with `connection-lost`. */
  close(): Promise<void>
}

/** What the receiving end of a transport needs of a host. */
export interface RequestHandler {
  readonly nodeId: NodeId
  /**
   * The only door in: bytes or a value from anywhere, judged in this order: size and depth, schema, proof,
   * meaning.
   *
   * @throws {LumosError} the refusal, before the first event
   */
  handle(input: Uint8Array | RequestEnvelope, context: RequestContext): AsyncIterable<HostEvent>
  /**
   * Begins to take requests whose issuers prove themselves once. Only for a channel that nobody else can read or write
   * to and that ends where the session does. Absent where every request must be signed.
   */
  openSession?(context: SessionContext): RequestSession
}

export interface RequestContext extends AbortOptions {
  transport: TransportKind
  /** The node at the other end, where the transport proves it (libp2p). */
  remoteNodeId?: NodeId
  /** The last event seen, where the binding carries it outside the envelope (`Last-Event-ID`); wins over `offset`. */
  lastEventId?: number
}
