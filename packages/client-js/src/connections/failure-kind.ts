import type { LumosError } from '../contracts/index.ts'

/**
 * What a failed attempt means for the next one.
 *
 * - `unsent`: the place was not reached; nobody executed anything.
 * - `lost`: the connection broke; the place may have executed the request.
 * - `not-now`: refused, and the same request may pass later.
 * - `not-here`: this place can never answer; another may.
 * - `final`: no retry helps.
 */
export type FailureKind = 'unsent' | 'lost' | 'not-now' | 'not-here' | 'final'

/** @param remainingMs - until the request's deadline */
export function failureKind(error: LumosError, remainingMs = Number.POSITIVE_INFINITY): FailureKind {
  const retryAfterMs = error.details?.retryAfterMs
  if (typeof retryAfterMs === 'number' && retryAfterMs > remainingMs) return 'not-here'
  switch (error.code) {
    case 'dial-failed':
      return error.retryable ? 'unsent' : 'not-here'
    case 'connection-lost':
      return 'lost'
    case 'not-found':
    case 'protocol-mismatch':
      return 'not-here'
    default:
      return error.retryable ? 'not-now' : 'final'
  }
}
