import { keyFromSeed, pkcs8FromSeed } from '#platform'
import { KeyUnavailableError } from '../../contracts/index.ts'
import { didFromPublicKey, isDid, utf8 } from '../../core/index.ts'
import { decodeKeyDocument, encodeKeyDocument } from './key-document.ts'
import type { KeyRecord, PlainKey } from './key-record.ts'

/** The value that a medium keeps of a key. A medium of bytes reads the key out, which must be extractable then. */
export async function storedValueOf(record: KeyRecord, form: 'bytes' | 'structured'): Promise<unknown> {
  if (form === 'structured') return record
  if (!('privateKey' in record)) return utf8.encode(await encodeKeyDocument(record))
  const { privateKey, ...header } = record
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey))
  return utf8.encode(await encodeKeyDocument({ ...header, protection: 'device', pkcs8 }))
}

/**
 * The key of a stored value, of this version or of 0.10, which kept a bare seed or a bare CryptoKey.
 *
 * @throws {KeyUnavailableError} `damaged`
 */
export async function keyOfStoredValue(value: unknown, name: string): Promise<KeyRecord> {
  if (value instanceof Uint8Array) {
    return value.length === 32 ? keyOfSeed(value, name) : decodeKeyDocument(value)
  }
  if (isRecord(value)) return value
  if (isBareKey(value)) {
    const { privateKey, publicKey } = value
    return { did: didFromPublicKey(publicKey), label: name, protection: 'device', privateKey }
  }
  throw new KeyUnavailableError('damaged', `The kept key "${name}" is damaged: restore it from a copy.`)
}

async function keyOfSeed(seed: Uint8Array, name: string): Promise<PlainKey> {
  const { publicKey } = await keyFromSeed(seed)
  return { did: didFromPublicKey(publicKey), label: name, protection: 'device', pkcs8: pkcs8FromSeed(seed) }
}

function isRecord(value: unknown): value is KeyRecord {
  if (typeof value !== 'object' || value === null || !('did' in value)) return false
  const { did, label, protection } = value as KeyRecord
  const isHeld = 'privateKey' in value && value.privateKey instanceof CryptoKey
  const isSealed = 'ciphertext' in value && value.ciphertext instanceof Uint8Array && 'parameters' in value
  const isKnown = ['memory', 'device', 'passphrase', 'passkey'].includes(protection)
  return isDid(did) && typeof label === 'string' && isKnown && (isHeld || isSealed)
}

function isBareKey(value: unknown): value is { privateKey: CryptoKey; publicKey: Uint8Array } {
  if (typeof value !== 'object' || value === null) return false
  const { privateKey, publicKey } = value as Record<string, unknown>
  return privateKey instanceof CryptoKey && publicKey instanceof Uint8Array
}
