import { LumosError } from '../../contracts/index.ts'
import { decodeJson, errorFromRemote, toLumosError, utf8 } from '../../core/index.ts'

/** Longer descriptions are cut, so that an error always fits into a frame. */
const maxErrorBytes = 16_384

/** The payload of an `error` frame. Errors that are not ours go as `internal`. */
export function encodeError(error: unknown): Uint8Array {
  const described = toLumosError(error, 'internal')
  const payload = utf8.encode(JSON.stringify(described))
  if (payload.byteLength <= maxErrorBytes) return payload
  const { code, message, retryable } = described
  return utf8.encode(JSON.stringify(new LumosError(code, message.slice(0, 1000), { retryable })))
}

/** @throws {LumosError} `malformed-frame` or `too-large` when the payload is not acceptable JSON */
export function decodeError(payload: Uint8Array): LumosError {
  return errorFromRemote(decodeJson(payload))
}
