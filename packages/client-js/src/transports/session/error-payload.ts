import type { LumosError } from '../../contracts/index.ts'
import { decodeJson, errorFromRemote, toLumosError, utf8 } from '../../core/index.ts'

/** The payload of an `error` frame. Errors that are not ours go as `internal`. */
export function encodeError(error: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(toLumosError(error, 'internal')))
}

/** @throws {LumosError} `malformed-frame` or `too-large` when the payload is not acceptable JSON */
export function decodeError(payload: Uint8Array): LumosError {
  return errorFromRemote(decodeJson(payload))
}
