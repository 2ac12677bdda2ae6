import { isLumosError, LumosError } from '../../contracts/index.ts'

/** Names of libp2p's errors after which dialling again gives the same. */
const finalErrors = new Set([
  'UnexpectedPeerError',
  'InvalidMultiaddrError',
  'DialDeniedError',
  'NoValidAddressesError',
])

const closingErrors = new Set(['ConnectionClosedError', 'MuxerClosedError', 'StreamStateError'])

/** Whether the connection, not the peer, was the trouble: it closed while we opened a stream over it. */
export function isClosing(error: unknown): boolean {
  return error instanceof Error && closingErrors.has(error.name)
}

/** What a failed dial means to its caller; libp2p's error is `cause`. */
export function dialError(address: string, cause: unknown): LumosError {
  if (isLumosError(cause)) return cause
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'UnsupportedProtocolError') {
    return new LumosError('protocol-mismatch', `${address} answers, but not as a Lumos node`, { cause })
  }
  const options = finalErrors.has(name) ? { cause, retryable: false } : { cause }
  return new LumosError('dial-failed', `Could not reach ${address}`, options)
}
