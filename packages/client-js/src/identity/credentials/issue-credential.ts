import { type Clock, type JsonObject, LumosError, type PrincipalDid } from '../../contracts/index.ts'
import { canonicalJson, createSystemClock } from '../../core/index.ts'
import { credentialObject, readCredential } from './credential.ts'
import type { StatusEntry } from './status-entry.ts'
import { millisecondsOf, secondsOf, timeText } from './times.ts'
import { signToken, type TokenSigner } from './token.ts'

export interface IssueCredentialOptions {
  issuer: TokenSigner
  /** Whom it is about, and who alone may present it. */
  subject: PrincipalDid
  /** What it is, beside `VerifiableCredential`. */
  types: readonly string[]
  claims: JsonObject
  /** From now on, in milliseconds. */
  validForMs: number
  /** A URL of its own. */
  id?: string
  /** Where its revocation will be seen: see {@link StatusListKeeper}. Without one it lives until its end. */
  status?: StatusEntry
  /** @default the machine's */
  clock?: Clock
}

/**
 * A credential as a JWT that any VC-JOSE reader verifies. Its holder presents it with {@link createPresentation}.
 *
 * @throws {LumosError} `invalid-request` for what is no credential
 * @see W3C Securing Verifiable Credentials using JOSE and COSE, section 3.1
 */
export async function issueCredential(options: IssueCredentialOptions): Promise<string> {
  const { issuer, subject, types, claims, id, status, clock = createSystemClock() } = options
  if (!(options.validForMs > 0))
    throw new LumosError('invalid-request', 'A credential needs some time to live.')
  if ('id' in claims) throw new LumosError('invalid-request', 'The claim `id` is the subject itself.')
  const now = clock.now()
  const object = credentialObject({
    ...(id !== undefined && { id }),
    types,
    issuer: issuer.did,
    subject,
    claims,
    validFrom: timeText(now),
    validUntil: timeText(now + options.validForMs),
    ...(status !== undefined && { status }),
  })
  // Held against the reader, so that nobody issues what nobody takes.
  const { validFrom, validUntil } = readCredential(JSON.parse(canonicalJson(object)))
  const payload = {
    ...object,
    iss: issuer.did,
    sub: subject,
    ...(id !== undefined && { jti: id }),
    iat: secondsOf(millisecondsOf(validFrom)),
    exp: Math.ceil(millisecondsOf(validUntil) / 1000),
  }
  return signToken(payload, { typ: 'vc+jwt', cty: 'vc' }, issuer)
}
