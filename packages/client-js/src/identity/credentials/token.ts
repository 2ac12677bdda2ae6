import { createJWT, verifyJWS } from 'did-jwt'
import type { Resolvable } from 'did-resolver'
import {
  type AbortOptions,
  type Did,
  type Identity,
  isLumosError,
  type JsonObject,
  type JsonValue,
  LumosError,
  type PrincipalDid,
} from '../../contracts/index.ts'
import { base64url, decodeJson, isJsonObject, raceSignal, utf8 } from '../../core/index.ts'
import { multibaseKey } from '../did-document.ts'
import { documentMethods, type KeyPurpose } from '../read-did-document.ts'
import { refusal } from './refusal.ts'

/** Who signs: a principal, with one of its keys. */
export interface TokenSigner {
  did: PrincipalDid
  identity: Identity
  /** The fragment of the key in the DID's document. @default that of did:key and did:lumos: the key itself */
  keyId?: string
}

export interface Token {
  header: JsonObject
  payload: JsonObject
  /** Header and payload as they were signed, and the signature. */
  text: string
}

const maxTokenLength = 256 * 1024
const maxDepth = 32
const pattern = /^([\w-]+)\.([\w-]+)\.([\w-]{86})$/

/** A JWS in compact form, `alg: EdDSA`, made by did-jwt. `iss` is the signer. */
export function signToken(
  payload: JsonObject,
  header: { typ: string; cty?: string },
  { did, identity, keyId = multibaseKey(identity.did) }: TokenSigner,
): Promise<string> {
  const signer = async (data: string | Uint8Array) =>
    base64url.encode(await identity.sign(typeof data === 'string' ? utf8.encode(data) : data))
  // did-jwt types `typ` as what it was before media types had their own.
  const full = { alg: 'EdDSA', ...header, kid: `${did}#${keyId}` } as object
  return createJWT(payload, { issuer: did, signer }, full)
}

/**
 * A token from hostile text: its parts, not yet verified. Only `alg: EdDSA` and the type asked for pass, and no header
 * member that would change what is signed.
 *
 * @throws {LumosError} `invalid-request`, `too-large`, `malformed-frame`; `invalid-proof` for another algorithm
 */
export function readToken(text: unknown, typ: string): Token {
  if (typeof text !== 'string') throw refusal('malformed', 'it is no text')
  if (text.length > maxTokenLength)
    throw new LumosError('too-large', 'The credential is larger than 256 KiB.')
  const [, headerPart = '', payloadPart = ''] = pattern.exec(text) ?? []
  const header = objectOf(headerPart)
  const { alg, crit, b64 } = header
  if (alg !== 'EdDSA') throw refusal('algorithm', 'its algorithm is not EdDSA')
  if (crit !== undefined || b64 !== undefined) throw refusal('algorithm', 'its header asks for extensions')
  if (header.typ !== typ) throw refusal('type', `it is not of type ${typ}`)
  return { header, payload: objectOf(payloadPart), text }
}

/**
 * The key of `did` that signed a token, when its document lists it for `purpose` now.
 *
 * @throws {LumosError} `invalid-proof`; `identity-unavailable` (retryable) when the document cannot be had
 */
export async function verifyToken(
  { header, text }: Token,
  did: PrincipalDid,
  { purpose, resolver, signal }: { purpose: KeyPurpose; resolver: Resolvable } & AbortOptions,
): Promise<Did> {
  const { kid } = header
  if (typeof kid !== 'string' || !kid.startsWith(`${did}#`))
    throw refusal('signature', 'kid is no key of its signer')
  const document = await resolved(did, resolver, signal)
  const method = documentMethods(document, did, purpose).find(({ id }) => id === kid)
  if (method === undefined) throw refusal('signature', 'its key is none of its signer’s for this purpose')
  assertSignedBy(text, method.key)
  return method.key
}

/** @throws {LumosError} `invalid-proof` unless `key` signed the token */
export function assertSignedBy(text: string, key: Did): void {
  const method = { id: key, type: 'Multikey', controller: key, publicKeyMultibase: multibaseKey(key) }
  try {
    // One text per signature: did-jwt would take unused bits of the last character as they come.
    base64url.decode(text.slice(text.lastIndexOf('.') + 1))
    verifyJWS(text, method)
  } catch (cause) {
    throw refusal('signature', 'its signature is not its signer’s', cause)
  }
}

async function resolved(
  did: PrincipalDid,
  resolver: Resolvable,
  signal: AbortSignal | undefined,
): Promise<JsonValue> {
  const { didDocument, didResolutionMetadata } = await raceSignal(resolver.resolve(did), signal)
  if (didDocument !== null) return didDocument as unknown as JsonValue
  throw new LumosError('identity-unavailable', `The keys of ${did} are not known.`, {
    retryable: didResolutionMetadata.error === 'identity-unavailable',
    details: { error: didResolutionMetadata.error ?? 'unknown' },
  })
}

function objectOf(part: string): JsonObject {
  try {
    const value = decodeJson(base64url.decode(part), { maxBytes: maxTokenLength, maxDepth })
    if (isJsonObject(value)) return value
  } catch (cause) {
    if (!isLumosError(cause) || cause.code === 'too-large') throw cause
    throw refusal('malformed', 'it is no JSON Web Token', cause)
  }
  throw refusal('malformed', 'it is no JSON Web Token')
}
