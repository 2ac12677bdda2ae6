import type { Resolvable } from 'did-resolver'
import {
  type AbortOptions,
  type Clock,
  type JsonObject,
  type JsonValue,
  LumosError,
  type PrincipalDid,
} from '../../contracts/index.ts'
import { createId, createSystemClock, isJsonObject, maxClockSkewMs } from '../../core/index.ts'
import { type Credential, checkContext, credentialsContext, listOfText } from './credential.ts'
import type { CredentialPolicy } from './credential-policy.ts'
import type { PresentationReplays } from './presentation-replays.ts'
import { refusal } from './refusal.ts'
import { assertNow, numericDate, secondsOf } from './times.ts'
import { readToken, signToken, type TokenSigner, verifyToken } from './token.ts'
import { verifyCredential } from './verify-credential.ts'

/** How long a presentation may live. */
export const maxPresentationMs = 10 * 60 * 1000
const maxCredentials = 16
const credentialPrefix = 'data:application/vc+jwt,'

export interface CreatePresentationOptions {
  /** Whom the credentials are about. */
  holder: TokenSigner
  /** JWTs, as issued. */
  credentials: readonly string[]
  /** Who asked for it, by DID or URL. */
  audience: string
  /** What the verifier said, never used before. */
  nonce: string
  /** In milliseconds, at most 600000. @default 120000 */
  validForMs?: number
  /** @default the machine's */
  clock?: Clock
}

/** Credentials as a JWT that shows one verifier, once, that their subject hands them in. */
export function createPresentation(options: CreatePresentationOptions): Promise<string> {
  const { holder, credentials, audience, nonce, validForMs = 120_000, clock = createSystemClock() } = options
  if (!(validForMs > 0 && validForMs <= maxPresentationMs)) {
    throw new LumosError('invalid-request', 'A presentation lives ten minutes at most.')
  }
  const now = clock.now()
  const payload = {
    '@context': [credentialsContext],
    type: ['VerifiablePresentation'],
    holder: holder.did,
    verifiableCredential: credentials.map(jwt => ({
      '@context': credentialsContext,
      type: 'EnvelopedVerifiableCredential',
      id: `${credentialPrefix}${jwt}`,
    })),
    iss: holder.did,
    aud: audience,
    nonce,
    jti: createId(),
    iat: secondsOf(now),
    exp: secondsOf(now + validForMs),
  }
  return signToken(payload, { typ: 'vp+jwt', cty: 'vp' }, holder)
}

export interface PresentationPolicy {
  /** Who we are: the audience it must name. */
  audience: string
  /** What we asked with. */
  nonce: string
  /** Remembers presentations, so that each counts once. */
  replays: PresentationReplays
  /** What is demanded of every credential in it; each must pass one of them. */
  credentials: readonly CredentialPolicy[]
  resolver: Resolvable
  /** @default the machine's */
  clock?: Clock
}

export interface VerifiedPresentation {
  holder: PrincipalDid
  credentials: readonly Credential[]
}

/**
 * The credentials that their subject handed to us, now, for the first time.
 *
 * @throws {LumosError} with `details.reason`, a {@link RefusalReason}, when anything about it or any credential is wrong
 */
export async function verifyPresentation(
  jwt: unknown,
  policy: PresentationPolicy,
  options: AbortOptions = {},
): Promise<VerifiedPresentation> {
  options.signal?.throwIfAborted()
  const { resolver, clock = createSystemClock() } = policy
  const token = readToken(jwt, 'vp+jwt')
  const { holder, jti, until, credentials } = readPresentation(token.payload, policy, clock.now())
  await verifyToken(token, holder, { ...options, purpose: 'authentication', resolver })
  const verified: Credential[] = []
  for (const credential of credentials) {
    verified.push(await verifyHeld(credential, holder, policy, options))
  }
  // Last, so that one refused for another reason can be sent again once that is mended.
  await policy.replays.assertFirst({ holder, jti, until: until + maxClockSkewMs }, options)
  return { holder, credentials: verified }
}

function readPresentation(payload: JsonObject, policy: PresentationPolicy, now: number) {
  const { type, holder, iss, aud, nonce, jti, iat, exp, verifiableCredential } = payload
  checkContext(payload['@context'])
  if (!listOfText(type).includes('VerifiablePresentation'))
    throw refusal('malformed', 'it is no presentation')
  if (typeof holder !== 'string' || iss !== holder) throw refusal('holder', 'it has no holder who signed it')
  if (aud !== policy.audience) throw refusal('audience', 'it is for somebody else')
  if (nonce !== policy.nonce) throw refusal('nonce', 'it answers another question')
  if (typeof jti !== 'string' || !/^[\w.~:-]{1,128}$/.test(jti)) throw refusal('malformed', 'it has no jti')
  const [from, until] = [numericDate(iat), numericDate(exp)]
  if (from === undefined || until === undefined) throw refusal('malformed', 'it has no time')
  assertNow({ from, until }, now)
  if (until - from > maxPresentationMs) throw refusal('malformed', 'it lives longer than ten minutes')
  return { holder: holder as PrincipalDid, jti, until, credentials: enveloped(verifiableCredential) }
}

function enveloped(value: JsonValue | undefined): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxCredentials) {
    throw refusal('malformed', `it holds not 1 to ${maxCredentials} credentials`)
  }
  return value.map(entry => {
    const isEnvelope = isJsonObject(entry) && listOfText(entry.type).includes('EnvelopedVerifiableCredential')
    const id = isEnvelope ? entry.id : undefined
    if (typeof id !== 'string' || !id.startsWith(credentialPrefix)) {
      throw refusal('malformed', 'it holds something else than enveloped credentials')
    }
    return id.slice(credentialPrefix.length)
  })
}

async function verifyHeld(
  jwt: string,
  holder: PrincipalDid,
  { credentials }: PresentationPolicy,
  options: AbortOptions,
): Promise<Credential> {
  const { type } = readToken(jwt, 'vc+jwt').payload
  const types = listOfText(type)
  const policy = credentials.find(candidate => types.includes(candidate.type))
  if (policy === undefined) throw refusal('type', 'it holds a credential that nobody asked for')
  const credential = await verifyCredential(jwt, policy, options)
  if (credential.subject !== holder) throw refusal('holder', 'a credential in it is about somebody else')
  return credential
}
