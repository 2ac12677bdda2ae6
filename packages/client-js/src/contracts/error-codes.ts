/**
 * Every code a {@link LumosError} may carry, with what a caller may do about it.
 *
 * `retryable`: the same call may succeed later. `httpStatus`: how the HTTP binding reports a refusal.
 *
 * @see spec/errors.md, the same table for people; a test holds the two together
 */
export const errorCodes = {
  /** The frame or body is not what the wire allows: not JSON, not UTF-8, a broken length. */
  'malformed-frame': { retryable: false, httpStatus: 400 },
  /** Larger or deeper than the host's limits. */
  'too-large': { retryable: false, httpStatus: 413 },
  /** Well-formed, but not of the verb's schema. `details.issues` says where. */
  'invalid-request': { retryable: false, httpStatus: 400 },
  /** The proof does not verify, or names another audience. */
  'invalid-proof': { retryable: false, httpStatus: 401 },
  /** This envelope was seen before. */
  'replayed-request': { retryable: false, httpStatus: 409 },
  /** The requester may not do this. */
  forbidden: { retryable: false, httpStatus: 403 },
  /** Whether the permission was revoked is not known freshly enough. */
  'revocations-unknown': { retryable: true, httpStatus: 503 },
  /** No such verb, agent, run, thread, tool or model. */
  'not-found': { retryable: false, httpStatus: 404 },
  /** It exists, in a state that forbids the call: a finished run cannot be approved. */
  conflict: { retryable: false, httpStatus: 409 },
  /** The deadline passed before the work was done. */
  'deadline-exceeded': { retryable: false, httpStatus: 504 },
  /** Too many requests from this requester; `details.retryAfterMs` says when to come back. */
  'rate-limited': { retryable: true, httpStatus: 429 },
  /** The node is stopping; its unfinished runs continue when it is back. */
  'node-stopping': { retryable: true, httpStatus: 503 },
  /** No transport reached the node; the platform's error is `cause`. */
  'dial-failed': { retryable: true, httpStatus: 502 },
  /** The connection broke while events were still to come. */
  'connection-lost': { retryable: true, httpStatus: 502 },
  /** Neither local, cloud nor peer can answer now. */
  'no-place-available': { retryable: true, httpStatus: 503 },
  /** The peer speaks no protocol version that we do. */
  'protocol-mismatch': { retryable: false, httpStatus: 426 },
  /** The run was stopped by its requester. */
  'run-stopped': { retryable: false, httpStatus: 409 },
  /** The agent used up its steps or tokens before it finished. */
  'limit-reached': { retryable: false, httpStatus: 422 },
  /** A tool failed; the model saw the failure too. */
  'tool-failed': { retryable: false, httpStatus: 502 },
  /** The model's files are absent, incomplete or of an unsupported architecture. */
  'model-unavailable': { retryable: false, httpStatus: 503 },
  /** The model could not produce an answer: engine failure, context overflow. */
  'inference-failed': { retryable: false, httpStatus: 500 },
  /** Reading or writing durable state failed. */
  'storage-failed': { retryable: true, httpStatus: 500 },
  /** The key is locked, absent or unreadable. */
  'identity-unavailable': { retryable: false, httpStatus: 401 },
  /** This platform lacks what the call needs, for instance WebGPU. */
  unsupported: { retryable: false, httpStatus: 501 },
  /** Our fault. Please report it with the trace id. */
  internal: { retryable: false, httpStatus: 500 },
} as const satisfies Record<string, { retryable: boolean; httpStatus: number }>

export type ErrorCode = keyof typeof errorCodes

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value)
}
