import { type Clock, type Identity, type JsonObject, LumosError } from '../../../contracts/index.ts'
import { base64url, canonicalJson, createId, createSystemClock, utf8 } from '../../../core/index.ts'
import { secondsOf } from '../times.ts'
import { readToken } from '../token.ts'
import { readDisclosure, sha256Text } from './disclosure.ts'
import {
  bindingType,
  protocolMembers,
  readSdCredential,
  type SdCredential,
  sdCredentialType,
} from './sd-credential.ts'
import { joinSdJwt, splitSdJwt } from './sd-jwt-text.ts'
import { unpackClaims } from './unpack-claims.ts'

/** A credential as its holder sees it: all of its claims, and which it may keep. */
export interface HeldSdCredential extends SdCredential {
  claims: JsonObject
  /** JSON Pointers of what may be shown or kept. */
  disclosable: string[]
}

/** What a holder holds. It does not check the issuer's signature. @throws {LumosError} `invalid-request` */
export async function readHeldSdCredential(sdJwt: string): Promise<HeldSdCredential> {
  const { payload, claims, places } = await opened(sdJwt)
  return { ...readSdCredential(payload), claims: claimsOnly(claims), disclosable: [...places.keys()] }
}

export interface PresentSdCredentialOptions {
  /** As issued, with all disclosures. */
  sdJwt: string
  /** Signs with the key the credential is bound to. */
  holder: Identity
  /** JSON Pointers of what to show; what lies around each is shown with it. All else is kept. */
  disclose: readonly string[]
  /** Who asked for it, by DID or URL. */
  audience: string
  /** What the verifier said, never used before. */
  nonce: string
  /** @default the machine's */
  clock?: Clock
}

/**
 * The credential with only what is to be shown, bound to one verifier and one question.
 *
 * @throws {LumosError} `invalid-request` for a pointer to nothing that can be disclosed; `forbidden` for another's credential
 * @see RFC 9901 section 4.3
 */
export async function presentSdCredential(options: PresentSdCredentialOptions): Promise<string> {
  const { sdJwt, holder, disclose, audience, nonce, clock = createSystemClock() } = options
  const { jwt, payload, places } = await opened(sdJwt)
  if (readSdCredential(payload).holder !== holder.did) {
    throw new LumosError('forbidden', 'The credential is bound to another key.')
  }
  for (const pointer of disclose) {
    if (!places.has(pointer)) throw new LumosError('invalid-request', `Nothing to disclose at ${pointer}.`)
  }
  const shown = [...places].filter(([place]) =>
    disclose.some(pointer => pointer === place || pointer.startsWith(`${place}/`)),
  )
  const text = joinSdJwt(
    jwt,
    shown.map(([, disclosure]) => disclosure.text),
  )
  const binding = await signBinding(
    { iat: secondsOf(clock.now()), aud: audience, nonce, jti: createId(), sd_hash: await sha256Text(text) },
    holder,
  )
  return `${text}${binding}`
}

export function claimsOnly(claims: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !protocolMembers.includes(name)))
}

async function opened(sdJwt: string) {
  const { jwt, disclosures } = splitSdJwt(sdJwt)
  const { payload } = readToken(jwt, sdCredentialType)
  return { jwt, payload, ...(await unpackClaims(payload, disclosures.map(readDisclosure))) }
}

/** A JWT without `iss`, which did-jwt would not make. @see RFC 9901 section 4.3 */
async function signBinding(payload: JsonObject, holder: Identity): Promise<string> {
  const parts = [{ alg: 'EdDSA', typ: bindingType }, payload]
  const input = parts.map(part => base64url.encode(utf8.encode(canonicalJson(part)))).join('.')
  return `${input}.${base64url.encode(await holder.sign(utf8.encode(input)))}`
}
