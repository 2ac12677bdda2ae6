import { type JsonObject, LumosError, maxPairingMessageBytes } from '../../contracts/index.ts'
import { canonicalJson, decodeJson, isJsonObject, utf8 } from '../../core/index.ts'

const limits = { maxBytes: maxPairingMessageBytes, maxDepth: 6 }

export function encodeBody(body: JsonObject): Uint8Array {
  return utf8.encode(canonicalJson(body))
}

/** @throws {LumosError} `malformed-frame`, `too-large` */
export function decodeBody(bytes: Uint8Array): JsonObject {
  const body = decodeJson(bytes, limits)
  if (!isJsonObject(body)) throw new LumosError('malformed-frame', 'A pairing message holds no object.')
  return body
}
