import type { AbortOptions } from './abort-options.ts'
import type { Did, PrincipalDid } from './ids.ts'

/**
 * What may be done, as segments: `/thread/get`. A capability for `/thread` covers `/thread/get`, never `/threads`;
 * `/` covers everything. The verb `thread.get` needs the command `/thread/get`.
 *
 * @see UCAN 1.0, Command
 */
export type Command = `/${string}`

/** Names a delegation: the CIDv1 (dag-cbor, sha2-256) of its bytes, base32. */
export type DelegationCid = string

/** The keys that speak for a principal now. */
export interface KeyDirectory {
  /**
   * Resolves to the did:keys that may act as `principal`: a did:key's own; those a did:web document lists; the device
   * keys at the end of a did:lumos log. What cannot be learned is an error, never an empty list.
   *
   * @throws {LumosError} `identity-unavailable`; `invalid-request` for a DID of another method
   */
  keysOf(principal: PrincipalDid, options?: AbortOptions): readonly Did[] | Promise<readonly Did[]>
}

/** A permission as people see it. */
export interface Grant {
  cid: DelegationCid
  /** Who gave it, and who may use it. */
  issuer: PrincipalDid
  audience: PrincipalDid
  /** Whose resources it opens. */
  subject: PrincipalDid
  command: Command
  /** UCAN policy statements over the request's parameters. Empty: no condition. */
  policy: readonly PolicyStatement[]
  /** What a person calls it, for instance `Anna's phone` or `CI key`. */
  label?: string
  /** ISO 8601, UTC. */
  createdAt: string
  /** ISO 8601, UTC. Absent: until revoked. */
  expiresAt?: string
  /** ISO 8601, UTC. Absent: not revoked. */
  revokedAt?: string
  /** The delegation itself, base64url of its bytes: what its holder presents. */
  token: string
}

/** @see UCAN 1.0 Delegation, Policy */
export type PolicyStatement =
  | readonly ['==' | '!=', string, unknown]
  | readonly ['>' | '>=' | '<' | '<=', string, number]
  | readonly ['like', string, string]
  | readonly ['not', PolicyStatement]
  | readonly ['and' | 'or', readonly PolicyStatement[]]
  | readonly ['all' | 'any', string, PolicyStatement]

/** What `access.grant` is asked for. */
export interface GrantRequest {
  audience: PrincipalDid
  command: Command
  policy?: PolicyStatement[]
  label?: string
  /** ISO 8601, UTC. */
  expiresAt?: string
}

/** Gives, lists and takes back permissions of one node; the verbs `access.*` and `revocation.*` are its doors. */
export interface AccessKeeper {
  /** Commands that anybody who can prove who they are may use. */
  publicCommands(): readonly Command[]
  /** Newest first. */
  listGrants(options?: AbortOptions): Promise<Grant[]>
  grant(request: GrantRequest, options?: AbortOptions): Promise<Grant>
  /** Idempotent. @throws {LumosError} `not-found` */
  revoke(cid: DelegationCid, options?: AbortOptions): Promise<Grant>
  /**
   * Makes the requester an owner of the node, once per code.
   *
   * @throws {LumosError} `forbidden` for a wrong, used or expired code
   */
  claim(code: string, requester: Did, options?: AbortOptions): Promise<Grant>
  revocations: RevocationList
}

/** Signed revocations; anyone may read them, and hand in those of others. */
export interface RevocationList {
  /** In the order they became known here; `after` is the last `sequence` seen. */
  list(options?: AbortOptions & { after?: number; limit?: number }): Promise<RevocationRecord[]>
  /**
   * Keeps a revocation whose signature is that of the delegation's issuer. Idempotent.
   *
   * @param token - base64url of a UCAN invocation of `/ucan/revoke`
   * @throws {LumosError} `invalid-proof`, `invalid-request`
   */
  add(token: string, options?: AbortOptions): Promise<RevocationRecord>
}

export interface RevocationRecord {
  sequence: number
  cid: DelegationCid
  issuer: PrincipalDid
  /** ISO 8601, UTC: when it became known here. */
  seenAt: string
  token: string
}

/** Where a host learns of revocations made elsewhere: another node, a list at a URL; gossip, with the peer network. */
export interface RevocationSource {
  readonly name: string
  /** Signed revocations after `cursor`, and where to go on. */
  fetch(
    cursor: string | undefined,
    options?: AbortOptions,
  ): Promise<{ tokens: string[]; cursor: string; hasMore: boolean }>
}

/** What a requester presents with each request. */
export interface Credentials {
  /** Whose data it wants. @default its own */
  subject?: PrincipalDid
  /** Tokens of delegations, any order. */
  delegations?: readonly string[]
}
