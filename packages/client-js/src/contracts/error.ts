import { type ErrorCode, errorCodes } from './error-codes.ts'
import type { JsonObject } from './json.ts'

const marker = Symbol.for('lumos.error')

export interface LumosErrorOptions extends ErrorOptions {
  /** Machine-readable facts for the caller. Never secrets: details travel on the wire. */
  details?: JsonObject
  /** @default what the code's row in {@link errorCodes} says */
  retryable?: boolean
}

/** An error as it travels: what {@link LumosError.toJSON} gives and a reader turns back into an error. */
export interface ErrorDescription {
  code: ErrorCode
  message: string
  retryable: boolean
  details?: JsonObject
}

/**
 * Every error this SDK throws. Match `code`, never the message; the message tells a person what to do next.
 *
 * @see spec/errors.md
 */
export class LumosError extends Error {
  override readonly name: string = 'LumosError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly details: JsonObject | undefined

  constructor(code: ErrorCode, message: string, options: LumosErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? errorCodes[code].retryable
    this.details = options.details
    Object.defineProperty(this, marker, { value: true })
  }

  toJSON(): ErrorDescription {
    const description: ErrorDescription = {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
    }
    if (this.details !== undefined) description.details = this.details
    return description
  }

  static from(description: ErrorDescription): LumosError {
    const { code, message, retryable, details } = description
    return new LumosError(code, message, details === undefined ? { retryable } : { retryable, details })
  }
}

/** True for errors of any copy of this package, which `instanceof` is not. */
export function isLumosError(value: unknown): value is LumosError {
  return typeof value === 'object' && value !== null && marker in value
}
