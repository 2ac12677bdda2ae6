import { type Did, type Identity, LumosError } from '../../contracts/index.ts'
import { base64url, isDid, utf8 } from '../../core/index.ts'
import { isSignedBody, signBody } from '../sealing/signed-body.ts'
import { bytesIn, decodeToken, encodeToken } from '../sealing/token.ts'
import { type AgreementKey, agreementKeyOfSeed } from '../sealing/x25519.ts'

const kind = { name: 'lumos-guardian/1', maxBytes: 1024 }
/** Begins as nothing else that a key signs begins: neither text, JSON nor CBOR maps start with a zero byte. */
const derivationMessage = utf8.encode('\0lumos guardian key/1')

/** Who can be entrusted with a share, and the key that seals it for them. */
export interface GuardianKey {
  did: Did
  /** X25519, 32 bytes. */
  agreementKey: Uint8Array
}

/**
 * What a guardian gives to the person whose recovery they will hold a share of: their name and a key, signed.
 *
 * @throws {LumosError} `identity-unavailable` while locked; `unsupported` where signatures are not deterministic
 */
export async function createGuardianKey(identity: Identity): Promise<string> {
  const { publicKey } = await guardianAgreementKey(identity)
  const body = { did: identity.did, agreementKey: base64url.encode(publicKey) }
  return encodeToken(kind, await signBody(kind.name, body, identity))
}

/** @throws {LumosError} `invalid-request`; `invalid-proof` when somebody else signed it */
export async function readGuardianKey(text: string): Promise<GuardianKey> {
  const token = decodeToken(kind, text)
  const { did } = token
  const agreementKey = bytesIn(kind, token.agreementKey, 32)
  if (typeof did !== 'string' || !isDid(did)) {
    throw new LumosError('invalid-request', 'This is no guardian’s key: ask for it again.')
  }
  if (!(await isSignedBody(kind.name, token, did))) {
    throw new LumosError('invalid-proof', `This guardian’s key was not signed by ${did}.`)
  }
  return { did, agreementKey }
}

/**
 * An X25519 key of an identity, made of a signature that only it can make, which is never shown. A key of WebCrypto's
 * signs or agrees, never both, and Ed25519 signatures are deterministic: so a guardian has nothing more to keep.
 *
 * @see RFC 8032 section 5.1.6
 */
export async function guardianAgreementKey(identity: Identity): Promise<AgreementKey> {
  const [signature, again] = [await identity.sign(derivationMessage), await identity.sign(derivationMessage)]
  if (!signature.every((byte, index) => byte === again[index])) {
    throw new LumosError(
      'unsupported',
      'This device’s signatures are not deterministic: guard with another one.',
    )
  }
  const source = new Uint8Array(signature)
  const material = await crypto.subtle.importKey('raw', source, 'HKDF', false, ['deriveBits'])
  for (const secret of [source, signature, again]) secret.fill(0)
  const salt = new Uint8Array(identity.publicKey)
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8.encode(kind.name) }
  return agreementKeyOfSeed(new Uint8Array(await crypto.subtle.deriveBits(algorithm, material, 256)))
}
