import type { KeyPackage, PrivateKeyPackage } from 'ts-mls/keyPackage.js'
import { LumosError } from '../../contracts/index.ts'
import { base64url, decodeJson, isJsonObject, utf8 } from '../../core/index.ts'
import { decodeKeyPackage } from './key-package.ts'

/** A key package that waits to be used, with its private keys. */
export interface KeyPair {
  publicPackage: KeyPackage
  privatePackage: PrivateKeyPackage
}

export function encodeKeyPair(pair: {
  keyPackage: Uint8Array
  privatePackage: PrivateKeyPackage
}): Uint8Array {
  const { initPrivateKey, hpkePrivateKey } = pair.privatePackage
  return utf8.encode(
    JSON.stringify({
      keyPackage: base64url.encode(pair.keyPackage),
      initPrivateKey: base64url.encode(initPrivateKey),
      hpkePrivateKey: base64url.encode(hpkePrivateKey),
    }),
  )
}

/** @throws {LumosError} `storage-failed` for anything that {@link encodeKeyPair} does not give */
export function decodeKeyPair(bytes: Uint8Array): KeyPair {
  try {
    const value = decodeJson(bytes)
    if (!isJsonObject(value)) throw new TypeError('not an object')
    const { keyPackage, initPrivateKey, hpkePrivateKey } = value
    return {
      publicPackage: decodeKeyPackage(base64url.decode(keyPackage as string)),
      privatePackage: {
        initPrivateKey: base64url.decode(initPrivateKey as string),
        hpkePrivateKey: base64url.decode(hpkePrivateKey as string),
        // Signing is the identity's.
        signaturePrivateKey: new Uint8Array(),
      },
    }
  } catch (cause) {
    throw new LumosError('storage-failed', 'A kept key package cannot be read.', { cause, retryable: false })
  }
}
