import { type Did, type JsonObject, type JsonValue, KeyUnavailableError } from '../../contracts/index.ts'
import { base64url, canonicalJson, decodeJson, isDid, isJsonObject, utf8 } from '../../core/index.ts'
import type { KeyHeader, PlainKey, SealedKey } from './key-record.ts'
import { keyFormat } from './sealed-key.ts'

const limits = { maxBytes: 8 * 1024, maxDepth: 4 }

/**
 * A kept key as text: canonical JSON that ends in a checksum, so that damage is told apart from a wrong secret.
 * A key file and a backup are the same format.
 */
export async function encodeKeyDocument(record: SealedKey | PlainKey): Promise<string> {
  const { did, label, createdAt, protection } = record
  const body: JsonObject = { format: keyFormat, did, label, protection, ...(createdAt && { createdAt }) }
  if ('pkcs8' in record) body.privateKey = base64url.encode(record.pkcs8)
  else {
    body.parameters = record.parameters
    body.nonce = base64url.encode(record.nonce)
    body.ciphertext = base64url.encode(record.ciphertext)
  }
  return canonicalJson({ ...body, checksum: await checksumOf(body) })
}

/** @throws {KeyUnavailableError} `damaged` for anything that {@link encodeKeyDocument} does not write */
export async function decodeKeyDocument(input: Uint8Array | string): Promise<SealedKey | PlainKey> {
  try {
    const text = typeof input === 'string' ? input.trim() : utf8.decode(input)
    const document = decodeJson(text, limits)
    if (!isJsonObject(document)) throw damaged()
    const { checksum, ...body } = document
    if (checksum !== (await checksumOf(body))) throw damaged()
    const record = readBody(body)
    if ((await encodeKeyDocument(record)) !== text) throw damaged()
    return record
  } catch {
    // What a parser says may quote the text, which may hold a private key.
    throw damaged()
  }
}

function readBody(body: JsonObject): SealedKey | PlainKey {
  const header = readHeader(body)
  if (body.protection === 'device') {
    return { ...header, protection: 'device', pkcs8: bytesOf(body.privateKey) }
  }
  const { protection, parameters } = body
  if (protection !== 'passphrase' && protection !== 'passkey') throw damaged()
  if (!isJsonObject(parameters)) throw damaged()
  const nonce = bytesOf(body.nonce)
  if (nonce.length !== 12) throw damaged()
  return { ...header, protection, parameters, nonce, ciphertext: bytesOf(body.ciphertext) }
}

function readHeader({ format, did, label, createdAt }: JsonObject): KeyHeader {
  if (format !== keyFormat) throw damaged()
  if (typeof did !== 'string' || !isDid(did)) throw damaged()
  if (typeof label !== 'string') throw damaged()
  if (createdAt !== undefined && typeof createdAt !== 'string') throw damaged()
  return { did: did as Did, label, ...(createdAt && { createdAt }) }
}

function bytesOf(value: JsonValue | undefined): Uint8Array<ArrayBuffer> {
  if (typeof value !== 'string') throw damaged()
  return base64url.decode(value)
}

async function checksumOf(body: JsonObject): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8.encode(canonicalJson(body)))
  return base64url.encode(new Uint8Array(digest))
}

function damaged(): KeyUnavailableError {
  return new KeyUnavailableError('damaged', 'The kept key is damaged: restore it from a copy.')
}
