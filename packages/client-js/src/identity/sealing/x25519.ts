import { LumosError } from '../../contracts/index.ts'

/** A key of WebCrypto's that agrees on secrets; nobody can export its private half. */
export interface AgreementKey {
  /** X25519, 32 bytes. */
  publicKey: Uint8Array<ArrayBuffer>
  privateKey: CryptoKey
}

// The fixed DER frame of RFC 8410 around 32 raw bytes.
const pkcs8Prefix = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20)
const basePoint = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 9 : 0))

export async function generateAgreementKey(): Promise<AgreementKey> {
  const pair = (await crypto.subtle.generateKey('X25519', false, ['deriveBits'])) as CryptoKeyPair
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return { publicKey, privateKey: pair.privateKey }
}

/** The key of 32 secret bytes, which it clears. */
export async function agreementKeyOfSeed(seed: Uint8Array): Promise<AgreementKey> {
  const der = new Uint8Array(pkcs8Prefix.length + 32)
  der.set(pkcs8Prefix)
  der.set(seed, pkcs8Prefix.length)
  const privateKey = await crypto.subtle.importKey('pkcs8', der, 'X25519', false, ['deriveBits'])
  seed.fill(0)
  der.fill(0)
  return { privateKey, publicKey: await agree(privateKey, basePoint) }
}

/**
 * The secret that both sides reach, 32 bytes, as material for keys.
 *
 * @throws {LumosError} `invalid-request` for a public key that is none, or whose secret anybody knows
 * @see RFC 7748 section 6.1
 */
export async function sharedSecret(privateKey: CryptoKey, publicKey: Uint8Array): Promise<CryptoKey> {
  let secret: Uint8Array<ArrayBuffer>
  try {
    secret = await agree(privateKey, publicKey)
  } catch {
    throw unusable()
  }
  if (secret.every(byte => byte === 0)) throw unusable()
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey', 'deriveBits'])
  secret.fill(0)
  return material
}

async function agree(privateKey: CryptoKey, publicKey: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const other = await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'X25519', false, [])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: other }, privateKey, 256))
}

function unusable(): LumosError {
  return new LumosError('invalid-request', 'The other side’s key agrees on no secret.')
}
