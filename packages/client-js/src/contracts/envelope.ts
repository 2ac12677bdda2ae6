import type { Identity } from './identity.ts'
import type { Did, IdempotencyKey, NodeId, PrincipalDid, RequestId } from './ids.ts'
import type { Verb, VerbParams } from './verbs.ts'

/** The wire version this package speaks. @see spec/protocol.md */
export const protocolVersion = 'lumos/1'

/**
 * One request, complete and signed: who asks whom for what, until when.
 *
 * @see spec/envelope.md
 */
export interface RequestEnvelope<V extends Verb = Verb> {
  protocol: typeof protocolVersion
  /** Unique per envelope. */
  id: RequestId
  verb: V
  params: VerbParams<V>
  issuer: Did
  /** Whose data is meant, where that is not the issuer's own. Needs a delegation, or a key of that principal. */
  subject?: PrincipalDid
  /** Delegations the request rests on, base64url of UCAN 1.0 bytes, any order. At most 16. */
  delegations?: string[]
  /** The only node that may accept this envelope. */
  audience: NodeId
  /** Milliseconds since 1970, UTC. */
  issuedAt: number
  /** Milliseconds since 1970, UTC. For a run: when it ends at the latest. At most 24 h after `issuedAt`. */
  deadline: number
  /** Shared by all retries of one call. */
  idempotencyKey: IdempotencyKey
  /** @see W3C Trace Context, `traceparent` */
  traceparent: string
  /**
   * Detached JWS (RFC 7515 appendix F), `alg: EdDSA`, over the RFC 8785 canonical JSON of the envelope
   * without `proof`; `kid` is the issuer's DID.
   */
  proof: string
}

export type UnsignedEnvelope<V extends Verb = Verb> = Omit<RequestEnvelope<V>, 'proof'>

/** A request, and who can prove that they ask. How they do is the business of the transport. */
export interface UnprovenRequest<V extends Verb = Verb> {
  envelope: UnsignedEnvelope<V>
  /** The envelope's issuer. */
  identity: Identity
}
