import { createPrivateKey, createPublicKey, KeyObject, sign, verify } from 'node:crypto'
import { pkcs8FromSeed, spkiFromPublicKey } from './ed25519-der.ts'
import type { Platform, SigningKey } from './platform.ts'
import { randomBytes } from './random-bytes.ts'

export const generateKey: Platform['generateKey'] = () => keyFromSeed(randomBytes(32))

export const keyFromSeed: Platform['keyFromSeed'] = async seed => {
  const key = createPrivateKey({ key: Buffer.from(pkcs8FromSeed(seed)), format: 'der', type: 'pkcs8' })
  return signingKey(key, rawPublicKey(key))
}

/** An extractable key signs at once, any other through WebCrypto's threads: Node gives no KeyObject of it. */
export const signingKeyOf: Platform['signingKeyOf'] = (privateKey, publicKey) =>
  privateKey.extractable
    ? signingKey(KeyObject.from(privateKey), publicKey)
    : { publicKey, sign: bytes => signElsewhere(privateKey, bytes) }

async function signElsewhere(privateKey: CryptoKey, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, bytes as Uint8Array<ArrayBuffer>))
}

export const importPublicKey: Platform['importPublicKey'] = publicKey => {
  const der = Buffer.from(spkiFromPublicKey(publicKey))
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return (bytes, signature) => verify(null, bytes, key, signature)
}

function signingKey(key: KeyObject, publicKey: Uint8Array): SigningKey {
  // Synchronous: a signature takes some 30 µs, less than a trip through the thread pool.
  return { publicKey, sign: bytes => new Uint8Array(sign(null, bytes, key)) }
}

function rawPublicKey(privateKey: KeyObject): Uint8Array {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return new Uint8Array(der.subarray(-32))
}
