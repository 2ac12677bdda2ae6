import { randomBytes } from '#platform'
import { KeyUnavailableError } from '../../contracts/index.ts'
import { canonicalJson, utf8 } from '../../core/index.ts'
import { assertPair, type KeyPair } from './key-pair.ts'
import type { KeyHeader, SealedKey } from './key-record.ts'

/** @see spec of the format in docs/architecture/identity.md */
export const keyFormat = 'lumos-key/1'

/** How a sealed key is closed: everything but the nonce and the ciphertext. */
export type Sealing = Pick<SealedKey, 'protection' | 'parameters'>

/** Encrypts the private key without ever turning it into bytes here: WebCrypto wraps it. */
export async function sealKey(
  header: KeyHeader,
  sealing: Sealing,
  keys: { privateKey: CryptoKey; wrappingKey: CryptoKey },
): Promise<SealedKey> {
  const nonce = randomBytes(12)
  const algorithm = cipherOf({ ...header, ...sealing, nonce })
  const wrapped = await crypto.subtle.wrapKey('pkcs8', keys.privateKey, keys.wrappingKey, algorithm)
  return { ...header, ...sealing, nonce, ciphertext: new Uint8Array(wrapped) }
}

/**
 * Decrypts straight into a key of WebCrypto's: its bytes never are in a script's memory.
 *
 * @param extractable - true only to seal it again at once
 * @throws {KeyUnavailableError} `wrong-secret`, `damaged`
 */
export async function unsealKey(
  record: SealedKey,
  wrappingKey: CryptoKey,
  extractable: boolean,
): Promise<KeyPair> {
  let privateKey: CryptoKey
  try {
    privateKey = await crypto.subtle.unwrapKey(
      'pkcs8',
      record.ciphertext,
      wrappingKey,
      cipherOf(record),
      'Ed25519',
      extractable,
      ['sign'],
    )
  } catch (cause) {
    throw new KeyUnavailableError(
      'wrong-secret',
      `Not the ${record.protection} that closed this key, or its record was changed on purpose.`,
      { cause },
    )
  }
  const pair = { did: record.did, privateKey }
  await assertPair(pair)
  return pair
}

function cipherOf(record: Omit<SealedKey, 'ciphertext'>): AesGcmParams {
  const { did, createdAt, protection, parameters, nonce } = record
  const header = { format: keyFormat, did, protection, parameters, ...(createdAt && { createdAt }) }
  return { name: 'AES-GCM', iv: nonce, additionalData: utf8.encode(canonicalJson(header)) }
}
