import type { AbortOptions, JsonObject } from '../../contracts/index.ts'
import { createSystemClock } from '../../core/index.ts'
import { type Credential, readCredential } from './credential.ts'
import { assertAllowed, assertNotRevoked, type CredentialPolicy } from './credential-policy.ts'
import { refusal } from './refusal.ts'
import { assertNow, millisecondsOf, numericDate } from './times.ts'
import { readToken, verifyToken } from './token.ts'

/**
 * What a credential says, when a trusted issuer says so still. It does not show who handed it in: take credentials
 * from a holder with {@link verifyPresentation}.
 *
 * @throws {LumosError} with `details.reason`, a {@link RefusalReason}; `identity-unavailable` when the issuer's keys
 *   cannot be learned; `revocations-unknown` when its status cannot
 */
export async function verifyCredential(
  jwt: unknown,
  policy: CredentialPolicy,
  options: AbortOptions = {},
): Promise<Credential> {
  options.signal?.throwIfAborted()
  const token = readToken(jwt, 'vc+jwt')
  const credential = readCredential(token.payload)
  checkClaims(credential, token.payload)
  assertAllowed(credential, policy)
  const now = (policy.clock ?? createSystemClock()).now()
  assertNow({ from: millisecondsOf(credential.validFrom), until: millisecondsOf(credential.validUntil) }, now)
  await verifyToken(token, credential.issuer, {
    ...options,
    purpose: 'assertionMethod',
    resolver: policy.resolver,
  })
  await assertNotRevoked(credential, policy, options)
  return credential
}

/** JWT claims beside the credential must say the same: another reader might go by those. */
function checkClaims({ issuer, subject, id, validUntil }: Credential, payload: JsonObject): void {
  const { iss, sub, jti, exp, nbf, aud } = payload
  const isSame =
    (iss === undefined || iss === issuer) &&
    (sub === undefined || sub === subject) &&
    (jti === undefined || jti === id)
  if (!isSame) throw refusal('malformed', 'its JWT claims say something else')
  if (aud !== undefined)
    throw refusal('audience', 'a credential is for everybody, and this one names an audience')
  if (nbf !== undefined) throw refusal('malformed', 'nbf stands beside validFrom')
  const end = numericDate(exp)
  if (end !== undefined && Math.abs(end - millisecondsOf(validUntil)) > 1000) {
    throw refusal('malformed', 'exp is not validUntil')
  }
}
