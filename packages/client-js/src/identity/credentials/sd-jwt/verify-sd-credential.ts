import type { Resolvable } from 'did-resolver'
import {
  type AbortOptions,
  type JsonObject,
  type JsonValue,
  LumosError,
  type PrincipalDid,
} from '../../../contracts/index.ts'
import { createSystemClock, maxClockSkewMs, raceSignal } from '../../../core/index.ts'
import { documentKeys } from '../../read-did-document.ts'
import { assertAllowed, assertNotRevoked, type CredentialPolicy } from '../credential-policy.ts'
import { maxPresentationMs } from '../presentation.ts'
import type { PresentationReplays } from '../presentation-replays.ts'
import { refusal } from '../refusal.ts'
import { assertNow, numericDate } from '../times.ts'
import { assertSignedBy, readToken, verifyToken } from '../token.ts'
import { readDisclosure, sha256Text } from './disclosure.ts'
import { claimsOnly } from './present-sd-credential.ts'
import {
  bindingType,
  protocolMembers,
  readSdCredential,
  type SdCredential,
  sdCredentialType,
} from './sd-credential.ts'
import { joinSdJwt, splitSdJwt } from './sd-jwt-text.ts'
import { unpackClaims } from './unpack-claims.ts'

/** What an app demands of an SD-JWT VC: `type` is its `vct`. It must be presented by its holder, to us, now. */
export interface SdCredentialPolicy extends CredentialPolicy {
  /** Who we are: the audience the holder must name. */
  audience: string
  /** What we asked with. */
  nonce: string
  /** Remembers presentations, so that each counts once. */
  replays: PresentationReplays
}

export interface VerifiedSdCredential extends SdCredential {
  /** What was shown, and what cannot be kept. */
  claims: JsonObject
}

/**
 * What its holder shows of a credential, when a trusted issuer says so still.
 *
 * @throws {LumosError} with `details.reason`, a {@link RefusalReason}; `identity-unavailable`, `revocations-unknown`
 * @see RFC 9901 section 7.3
 */
export async function verifySdCredential(
  presentation: unknown,
  policy: SdCredentialPolicy,
  options: AbortOptions = {},
): Promise<VerifiedSdCredential> {
  options.signal?.throwIfAborted()
  const { jwt, disclosures, binding } = splitSdJwt(presentation)
  if (binding === undefined) throw refusal('holder', 'its holder did not sign the presentation')
  const token = readToken(jwt, sdCredentialType)
  const credential = readSdCredential(token.payload)
  const now = (policy.clock ?? createSystemClock()).now()
  assertAllowed({ ...credential, types: [credential.type] }, policy)
  assertNow({ from: credential.issuedAt, until: credential.validUntil }, now)
  await verifyToken(token, credential.issuer, {
    ...options,
    purpose: 'assertionMethod',
    resolver: policy.resolver,
  })
  const opened = disclosures.map(readDisclosure)
  const { claims, places } = await unpackClaims(token.payload, opened)
  for (const name of protocolMembers) {
    if (places.has(`/${name}`)) throw refusal('disclosure', 'a disclosure says what its issuer must')
  }
  const until = await verifyBinding(binding, joinSdJwt(jwt, disclosures), { credential, policy, now })
  await checkHolder(credential, policy.resolver, options)
  await assertNotRevoked(credential, policy, options)
  const jti = await sha256Text(binding)
  await policy.replays.assertFirst({ holder: credential.holder, jti, until }, options)
  return { ...credential, claims: claimsOnly(claims) }
}

/** Until when the same binding could come again, in milliseconds since 1970. */
async function verifyBinding(
  binding: string,
  presented: string,
  { credential, policy, now }: { credential: SdCredential; policy: SdCredentialPolicy; now: number },
): Promise<number> {
  const { payload, text } = readToken(binding, bindingType)
  const { iat, aud, nonce, sd_hash: hash } = payload
  if (aud !== policy.audience) throw refusal('audience', 'it is for somebody else')
  if (nonce !== policy.nonce) throw refusal('nonce', 'it answers another question')
  const from = numericDate(iat)
  if (from === undefined) throw refusal('malformed', 'the presentation has no time')
  const until = from + maxPresentationMs
  assertNow({ from, until }, now)
  if (hash !== (await sha256Text(presented)))
    throw refusal('disclosure', 'its holder presented something else')
  assertSignedBy(text, credential.holder)
  return until + maxClockSkewMs
}

/** Where the credential says whom it is about, the key must be theirs still: a device may have been lost since. */
async function checkHolder(
  { subject, holder }: SdCredential,
  resolver: Resolvable,
  { signal }: AbortOptions,
) {
  if (subject === undefined) return
  const { didDocument } = await raceSignal(resolver.resolve(subject), signal)
  if (didDocument === null) {
    throw new LumosError('identity-unavailable', `The keys of ${subject} are not known.`, { retryable: true })
  }
  const keys = documentKeys(didDocument as unknown as JsonValue, subject as PrincipalDid, 'authentication')
  if (!keys.includes(holder)) throw refusal('holder', 'its key is none of its subject’s any more')
}
