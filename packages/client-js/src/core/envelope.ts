import {
  type Clock,
  type Credentials,
  type Did,
  type IdempotencyKey,
  type Identity,
  isLumosError,
  LumosError,
  type NodeId,
  protocolVersion,
  type RequestEnvelope,
  type RequestId,
  type UnprovenRequest,
  type UnsignedEnvelope,
  type Verb,
  type VerbParams,
  type Verifier,
} from '../contracts/index.ts'
import { base64url } from './base64url.ts'
import { canonicalJson } from './canonical-json.ts'
import { createId, createTraceparent } from './create-id.ts'
import { isDid } from './is-did.ts'
import { utf8 } from './utf8.ts'

/** How far `issuedAt` may be from the host's clock. @see spec/envelope.md#time */
export const maxClockSkewMs = 60_000

/** How far `deadline` may be after `issuedAt`. @see spec/envelope.md#time */
export const maxDeadlineMs = 24 * 60 * 60 * 1000

/** How long a call may take unless it says otherwise. */
export const defaultDeadlineMs = 120_000

export interface CreateEnvelopeOptions<V extends Verb> {
  verb: V
  params: VerbParams<V>
  identity: Identity
  audience: NodeId
  /** What the request rests on beside the issuer's own name. @default nothing */
  credentials?: Credentials | undefined
  /** Milliseconds since 1970, UTC. @default two minutes from now */
  deadline?: number
  /** @default a new one; give the same for each retry of one call */
  idempotencyKey?: IdempotencyKey
  /** @default a new trace */
  traceparent?: string
  clock: Pick<Clock, 'now'>
}

/** A fresh, signed envelope: a retry makes a new one with the same `idempotencyKey`. */
export function createEnvelope<V extends Verb>(
  options: CreateEnvelopeOptions<V>,
): Promise<RequestEnvelope<V>> {
  return signEnvelope(createUnsignedEnvelope(options), options.identity)
}

/** A fresh envelope for the transport to prove: a retry makes a new one with the same `idempotencyKey`. */
export function createUnsignedEnvelope<V extends Verb>(
  options: Omit<CreateEnvelopeOptions<V>, 'identity'> & { identity: Pick<Identity, 'did'> },
): UnsignedEnvelope<V> {
  const issuedAt = options.clock.now()
  const { subject, delegations = [] } = options.credentials ?? {}
  // In canonical order, which spares both ends the sorting.
  return {
    audience: options.audience,
    deadline: options.deadline ?? issuedAt + defaultDeadlineMs,
    ...(delegations.length > 0 && { delegations: [...delegations] }),
    id: createId() as RequestId,
    idempotencyKey: options.idempotencyKey ?? (createId() as IdempotencyKey),
    issuedAt,
    issuer: options.identity.did,
    params: options.params,
    protocol: protocolVersion,
    ...(subject !== undefined && { subject }),
    traceparent: options.traceparent ?? createTraceparent(),
    verb: options.verb,
  }
}

/** The envelope as its issuer signed it, or signs it now. */
export function signedEnvelope<V extends Verb>(
  request: RequestEnvelope<V> | UnprovenRequest<V>,
): RequestEnvelope<V> | Promise<RequestEnvelope<V>> {
  return 'identity' in request ? signEnvelope(request.envelope, request.identity) : request
}

/** What is asked, proven or not. */
export function contentOf<V extends Verb>(
  request: RequestEnvelope<V> | UnprovenRequest<V>,
): UnsignedEnvelope<V> {
  return 'identity' in request ? request.envelope : request
}

/**
 * The envelope with its proof.
 *
 * @throws {LumosError} `invalid-request` when `params` has no JSON form
 * @see spec/envelope.md#proof
 */
export async function signEnvelope<V extends Verb>(
  unsigned: UnsignedEnvelope<V>,
  identity: Identity,
): Promise<RequestEnvelope<V>> {
  const header = protectedHeader(identity.did)
  const signing = identity.sign(signingInput(header, unsigned))
  const signature = signing instanceof Uint8Array ? signing : await signing
  return { ...unsigned, proof: `${header}..${base64url.encode(signature)}` } as RequestEnvelope<V>
}

/**
 * Resolves when the issuer signed exactly this envelope. Says nothing of audience, time or replay.
 *
 * @throws {LumosError} `invalid-proof`
 */
export async function verifyEnvelope(envelope: RequestEnvelope, verifier: Verifier): Promise<void> {
  const { proof, ...unsigned } = envelope
  // The only header that passes is the one we would write: there is no header to be fooled by.
  const header = protectedHeader(envelope.issuer)
  if (!proof.startsWith(`${header}..`)) throw invalidProof('its header is not the issuer’s')
  let signature: Uint8Array
  let signed: Uint8Array
  try {
    signature = base64url.decode(proof.slice(header.length + 2))
    signed = signingInput(header, unsigned)
  } catch (cause) {
    if (!isLumosError(cause)) throw cause
    throw invalidProof('it is malformed', cause)
  }
  if (signature.length !== 64 || !(await verifier.verify(envelope.issuer, signed, signature))) {
    throw invalidProof('the signature is not the issuer’s')
  }
}

/**
 * Whether a verified envelope is meant for `nodeId`, now.
 *
 * @param now - milliseconds since 1970, UTC
 * @throws {LumosError} `invalid-proof` for another audience or a clock more than a minute off,
 *   `deadline-exceeded`, `invalid-request` for a deadline more than a day away
 * @see spec/envelope.md#time
 */
export function checkEnvelope(envelope: UnsignedEnvelope, nodeId: NodeId, now: number): void {
  if (envelope.audience !== nodeId) throw invalidProof('it is for another node')
  if (Math.abs(now - envelope.issuedAt) > maxClockSkewMs) {
    throw new LumosError('invalid-proof', 'issuedAt is too far from this node’s time: set the clock.', {
      details: { now, issuedAt: envelope.issuedAt, maxClockSkewMs },
    })
  }
  if (envelope.deadline <= now) throw new LumosError('deadline-exceeded', 'The deadline has passed already.')
  if (envelope.deadline - envelope.issuedAt > maxDeadlineMs) {
    throw new LumosError('invalid-request', 'The deadline is more than a day after issuedAt.')
  }
}

function protectedHeader(issuer: Did): string {
  const header = `{"alg":"EdDSA","kid":${JSON.stringify(issuer)}}`
  // Of an issuer that is no DID this may be asked, and then it must be right too.
  return isDid(issuer) ? base64url.encodeAscii(header) : base64url.encode(utf8.encode(header))
}

/** The header, a dot and the payload, as ASCII. @see RFC 7515 section 5.1, step 8 */
function signingInput(header: string, unsigned: UnsignedEnvelope): Uint8Array {
  const payload = utf8.encode(canonicalJson(unsigned))
  const input = new Uint8Array(header.length + 1 + base64url.encodedLength(payload.length))
  for (let index = 0; index < header.length; index += 1) input[index] = header.charCodeAt(index)
  input[header.length] = '.'.charCodeAt(0)
  base64url.encodeInto(payload, input, header.length + 1)
  return input
}

function invalidProof(why: string, cause?: unknown): LumosError {
  return new LumosError('invalid-proof', `The request’s proof is not valid: ${why}.`, { cause })
}
