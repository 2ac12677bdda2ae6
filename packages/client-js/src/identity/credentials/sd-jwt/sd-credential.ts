import {
  type Did,
  isLumosError,
  type JsonObject,
  type JsonValue,
  type PrincipalDid,
} from '../../../contracts/index.ts'
import { base64url, didFromPublicKey, isJsonObject, publicKeyFromDid } from '../../../core/index.ts'
import { text } from '../credential.ts'
import { refusal } from '../refusal.ts'
import { readStatusEntry, type StatusEntry } from '../status-entry.ts'
import { numericDate } from '../times.ts'

/** The media type of an SD-JWT VC, and of a key binding. */
export const sdCredentialType = 'dc+sd-jwt'
export const bindingType = 'kb+jwt'

/** A credential with selective disclosure, as its issuer signed it. @see SD-JWT VC (draft-ietf-oauth-sd-jwt-vc) */
export interface SdCredential {
  /** `vct`: what it is, as a URI. */
  type: string
  issuer: PrincipalDid
  /** The key that may present it. */
  holder: Did
  /** Whom it is about, where that is said. */
  subject?: PrincipalDid
  /** Milliseconds since 1970, UTC. */
  issuedAt: number
  validUntil: number
  status?: StatusEntry
}

/** Members of the payload that are about the credential, not claims. They are never disclosed, always signed. */
export const protocolMembers: readonly string[] = [
  'iss',
  'sub',
  'iat',
  'nbf',
  'exp',
  'cnf',
  'vct',
  'vct#integrity',
  'status',
  'credentialStatus',
  '_sd_alg',
]

/** @throws {LumosError} `invalid-request` */
export function readSdCredential(payload: JsonObject): SdCredential {
  const { iss, sub, iat, nbf, exp, cnf, vct, status, credentialStatus } = payload
  const [issuedAt, validUntil] = [numericDate(iat), numericDate(exp)]
  if (issuedAt === undefined || validUntil === undefined) throw malformed('it has no time')
  if (nbf !== undefined) throw malformed('nbf stands beside iat')
  // A status of another kind is one that nobody here can check.
  if (status !== undefined) throw refusal('status-unknown', 'its status is of an unknown kind')
  return {
    type: text(vct),
    issuer: text(iss) as PrincipalDid,
    holder: keyOf(cnf),
    ...(sub !== undefined && { subject: text(sub) as PrincipalDid }),
    issuedAt,
    validUntil,
    ...(credentialStatus !== undefined && { status: readStatusEntry(credentialStatus) }),
  }
}

/** @see RFC 7800 section 3.2, RFC 8037 section 2 */
export function confirmation(holder: Did): JsonObject {
  return { jwk: { kty: 'OKP', crv: 'Ed25519', x: base64url.encode(publicKeyFromDid(holder)) } }
}

function keyOf(cnf: JsonValue | undefined): Did {
  const jwk = isJsonObject(cnf) ? cnf.jwk : undefined
  const { kty, crv, x } = isJsonObject(jwk) ? jwk : ({} as JsonObject)
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string')
    throw malformed('it is bound to no Ed25519 key')
  try {
    const did = didFromPublicKey(base64url.decode(x))
    publicKeyFromDid(did)
    return did
  } catch (cause) {
    if (!isLumosError(cause)) throw cause
    throw refusal('malformed', 'it is bound to no usable key', cause)
  }
}

function malformed(why: string) {
  return refusal('malformed', why)
}
