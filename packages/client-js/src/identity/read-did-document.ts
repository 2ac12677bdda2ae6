import {
  type Did,
  type JsonObject,
  type JsonValue,
  LumosError,
  type PrincipalDid,
} from '../contracts/index.ts'
import { base64url, didFromPublicKey, isJsonObject, publicKeyFromDid } from '../core/index.ts'

/** What a key may be used for, as DID documents call it. */
export type KeyPurpose =
  | 'authentication'
  | 'assertionMethod'
  | 'capabilityInvocation'
  | 'capabilityDelegation'

const maxMethods = 64

/**
 * The Ed25519 keys that a DID document lists for `purpose`, in its order. Keys of other kinds are left out; anything
 * that is wrong with those of ours refuses the whole document.
 *
 * @throws {LumosError} `invalid-request`
 * @see W3C DID 1.0 sections 5.2 and 5.3
 */
export function documentKeys(document: JsonValue, did: PrincipalDid, purpose: KeyPurpose): Did[] {
  return [...new Set(documentMethods(document, did, purpose).map(({ key }) => key))]
}

/** The same keys with the DID URLs that name them. */
export function documentMethods(
  document: JsonValue,
  did: PrincipalDid,
  purpose: KeyPurpose,
): { id: string; key: Did }[] {
  if (!isJsonObject(document) || document.id !== did) throw refused('it is not of that DID')
  const methods = methodsById(document, did)
  return listOf(document, purpose).flatMap(entry => {
    const method = typeof entry === 'string' ? methods.get(absoluteId(entry, did)) : entry
    if (!isJsonObject(method)) throw refused(`${purpose} names a method that is not there`)
    const key = keyOfMethod(method, did)
    return key === undefined ? [] : [{ id: absoluteId(String(method.id), did), key }]
  })
}

/** Whether a document says anything about `purpose`. */
export function hasPurpose(document: JsonValue, purpose: KeyPurpose): boolean {
  return isJsonObject(document) && document[purpose] !== undefined
}

function methodsById(document: JsonObject, did: PrincipalDid): Map<string, JsonObject> {
  const methods = new Map<string, JsonObject>()
  for (const method of listOf(document, 'verificationMethod')) {
    if (!isJsonObject(method) || typeof method.id !== 'string') throw refused('a method has no id')
    const id = absoluteId(method.id, did)
    if (methods.has(id)) throw refused('two methods have the same id')
    methods.set(id, method)
  }
  return methods
}

function listOf(document: JsonObject, name: string): JsonValue[] {
  const list = Object.hasOwn(document, name) ? document[name] : []
  if (!Array.isArray(list) || list.length > maxMethods)
    throw refused(`${name} is not a list of at most ${maxMethods}`)
  return list
}

function absoluteId(id: string, did: PrincipalDid): string {
  return id.startsWith('#') ? `${did}${id}` : id
}

/** Undefined for a key that is not Ed25519. */
function keyOfMethod(method: JsonObject, did: PrincipalDid): Did | undefined {
  const { type, controller, id } = method
  if (typeof id !== 'string' || !absoluteId(id, did).startsWith(`${did}#`)) {
    throw refused('a method is of another DID')
  }
  if (
    type !== 'Multikey' &&
    type !== 'Ed25519VerificationKey2020' &&
    type !== 'JsonWebKey2020' &&
    type !== 'JsonWebKey'
  ) {
    return undefined
  }
  if (controller !== did) throw refused('a key is controlled by somebody else')
  if (type === 'JsonWebKey2020' || type === 'JsonWebKey') return keyOfJwk(method)
  return keyOfMultibase(method, type === 'Multikey')
}

function keyOfMultibase({ publicKeyMultibase: text }: JsonObject, mayBeOther: boolean): Did | undefined {
  if (typeof text !== 'string' || text.length > 1024) throw refused('a key is malformed')
  // A Multikey says itself of what kind it is.
  if (mayBeOther && !text.startsWith('z6Mk')) return undefined
  return checkedKey(() => `did:key:${text}` as Did)
}

function keyOfJwk({ publicKeyJwk: jwk }: JsonObject): Did | undefined {
  if (!isJsonObject(jwk)) throw refused('a key is malformed')
  const { kty, crv, x } = jwk
  if (kty !== 'OKP' || crv !== 'Ed25519') return undefined
  if ('d' in jwk) throw refused('it shows a private key')
  if (typeof x !== 'string') throw refused('a key is malformed')
  return checkedKey(() => didFromPublicKey(base64url.decode(x)))
}

function checkedKey(read: () => Did): Did {
  try {
    const key = read()
    publicKeyFromDid(key)
    return key
  } catch (cause) {
    throw refused('a key is malformed', cause)
  }
}

function refused(why: string, cause?: unknown): LumosError {
  return new LumosError('invalid-request', `The DID document is not acceptable: ${why}.`, { cause })
}
