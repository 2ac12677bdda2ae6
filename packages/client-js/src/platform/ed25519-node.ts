import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { pkcs8FromSeed, spkiFromPublicKey } from './ed25519-der.ts'
import type { Platform } from './platform.ts'
import { randomBytes } from './random-bytes.ts'

export const generateKey: Platform['generateKey'] = () => keyFromSeed(randomBytes(32))

export const keyFromSeed: Platform['keyFromSeed'] = async seed => {
  const key = createPrivateKey({ key: Buffer.from(pkcs8FromSeed(seed)), format: 'der', type: 'pkcs8' })
  return {
    publicKey: rawPublicKey(key),
    // Synchronous: a signature takes some 30 µs, less than a trip through the thread pool.
    sign: bytes => new Uint8Array(sign(null, bytes, key)),
  }
}

export const importPublicKey: Platform['importPublicKey'] = publicKey => {
  const der = Buffer.from(spkiFromPublicKey(publicKey))
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return (bytes, signature) => verify(null, bytes, key, signature)
}

function rawPublicKey(privateKey: KeyObject): Uint8Array {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return new Uint8Array(der.subarray(-32))
}
