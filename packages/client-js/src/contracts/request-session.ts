import type { AbortOptions } from './abort-options.ts'
import type { HostEvent } from './event.ts'
import type { NodeId } from './ids.ts'
import type { TransportKind } from './transport-kind.ts'

/** A confidential channel to one node, for as long as it lives. */
export interface SessionContext {
  transport: TransportKind
  /** The node at the other end, proved by the channel. */
  remoteNodeId: NodeId
}

/**
 * A host's side of a channel whose callers prove themselves once: then a key that only the two ends know proves each
 * request. Everything else about a request is judged as ever.
 *
 * @see spec/session.md
 */
export interface RequestSession {
  /** What statements made for this session repeat: 32 bytes, new for each. */
  readonly challenge: Uint8Array
  /**
   * Resolves to the number of the key that a signed statement brought, from then on good for requests.
   *
   * @throws {LumosError} why the statement is refused; its author signs each request then
   */
  prove(statement: Uint8Array): Promise<number>
  /**
   * Judges a request proven by a key. To be called in the order of arrival.
   *
   * @param counter - larger than that of every request before
   * @throws {LumosError} the refusal, before the first event; `invalid-proof` when the key does not prove it, and then
   *   the same request may come again, signed
   */
  handle(counter: number, proven: Uint8Array, options: AbortOptions): AsyncIterable<HostEvent>
  /** Forgets the keys. Idempotent. */
  close(): void
}
