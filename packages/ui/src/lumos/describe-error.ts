import { type ErrorDescription, isLumosError } from '@lomusai/client-js'

/** Any thrown value as the SDK describes errors; what is not a LumosError is our own mistake. */
export function describeError(error: unknown): ErrorDescription {
  if (isLumosError(error)) return error.toJSON()
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', message, retryable: false }
}
