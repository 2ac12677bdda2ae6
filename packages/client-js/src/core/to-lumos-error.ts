import { type ErrorCode, isErrorCode, isLumosError, type JsonValue, LumosError } from '../contracts/index.ts'
import { isJsonObject } from './is-json-object.ts'

/** `error` itself when it is one of ours, else a new error of `fallbackCode` with it as `cause`. */
export function toLumosError(error: unknown, fallbackCode: ErrorCode): LumosError {
  if (isLumosError(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new LumosError(fallbackCode, message, { cause: error })
}

const maxMessageLength = 4096

/**
 * The error a remote node described. A code we do not know becomes `internal` and stays in `details.code`;
 * whatever else is wrong with the description, the result is an error to throw.
 */
export function errorFromRemote(description: JsonValue | undefined): LumosError {
  if (!isJsonObject(description)) {
    return new LumosError('internal', 'The node failed without saying why.')
  }
  const { code, message, retryable, details } = description
  const text = typeof message === 'string' ? message.slice(0, maxMessageLength) : 'The node gave no message.'
  if (!isErrorCode(code)) {
    return new LumosError('internal', text, { details: { code: String(code).slice(0, 64) } })
  }
  return new LumosError(code, text, {
    ...(typeof retryable === 'boolean' && { retryable }),
    ...(isJsonObject(details) && { details }),
  })
}
