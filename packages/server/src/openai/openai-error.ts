import { errorCodes, type LumosError } from '@lomusai/client-js'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** How OpenAI's API reports a failure. @see OpenAI API reference, Error codes */
export interface OpenAiError {
  error: { message: string; type: string; param: string | null; code: string }
}

export function openAiError(error: LumosError): { status: ContentfulStatusCode; body: OpenAiError } {
  const status = errorCodes[error.code].httpStatus as ContentfulStatusCode
  const type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error'
  return { status, body: { error: { message: error.message, type, param: null, code: error.code } } }
}
