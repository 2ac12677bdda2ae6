import type { AbortOptions } from './abort-options.ts'
import type { Command, DelegationCid } from './access.ts'
import type { ErrorCode } from './error-codes.ts'
import type { Did, NodeId, PrincipalDid } from './ids.ts'
import type { JsonObject } from './json.ts'

/** Who used what, as whom, under which permission, and how it ended. Never what was said. */
export interface AuditEvent {
  /** ISO 8601, UTC. */
  at: string
  issuer: Did
  subject: PrincipalDid
  command: Command
  /** What it was about, by id: `{ threadId }`, `{ agentId }`, `{ cid }`. Never content. */
  resource?: JsonObject
  delegations: readonly DelegationCid[]
  /** `admitted`, or the code of the refusal. */
  outcome: 'admitted' | ErrorCode
  traceparent?: string
}

export interface AuditEntry extends AuditEvent {
  /** 0, 1, 2 … without gaps: the leaf's index. */
  index: number
}

/** A Merkle tree head, signed by the node. @see RFC 6962 section 3.5 */
export interface SignedTreeHead {
  nodeId: NodeId
  treeSize: number
  /** SHA-256, base64url. */
  rootHash: string
  /** ISO 8601, UTC. */
  timestamp: string
  /** Ed25519 over the RFC 8785 canonical JSON of the other members, base64url. */
  signature: string
}

/**
 * A place where heads are put that their signer cannot take back: a chain, a newspaper, another node. Off unless an
 * app gives one.
 */
export interface HeadAnchor {
  /**
   * Resolves to what finds the head there again, once it will stay.
   *
   * @throws {LumosError} `dial-failed`, `unsupported`
   */
  anchor(head: SignedTreeHead, options?: AbortOptions): Promise<JsonObject>
  /**
   * Whether exactly this head is there. False, never an error, for a receipt that proves nothing.
   *
   * @throws {LumosError} `dial-failed` when the place cannot be asked
   */
  verify(head: SignedTreeHead, receipt: JsonObject, options?: AbortOptions): Promise<boolean>
}

/** A head, and where it was put. */
export interface AnchoredHead {
  head: SignedTreeHead
  receipt: JsonObject
}

/** An append-only log of {@link AuditEvent}s whose past cannot be changed unseen. @see RFC 6962 section 2.1 */
export interface AuditLog {
  /** Resolves when the entry is durable. Entries made together share one write. */
  append(event: AuditEvent, options?: AbortOptions): Promise<AuditEntry>
  /** Oldest first. @param options.limit - @default 100, at most 1000 */
  list(
    options?: AbortOptions & { from?: number; limit?: number; newestFirst?: boolean },
  ): Promise<AuditEntry[]>
  head(options?: AbortOptions): Promise<SignedTreeHead>
  /** The leaf's audit path in the tree of `treeSize` leaves; hashes base64url. @throws {LumosError} `invalid-request` */
  proveInclusion(index: number, treeSize: number, options?: AbortOptions): Promise<string[]>
  /** That the tree of `from` leaves begins the tree of `to`; hashes base64url. @throws {LumosError} `invalid-request` */
  proveConsistency(from: number, to: number, options?: AbortOptions): Promise<string[]>
  stop(): Promise<void>
}
