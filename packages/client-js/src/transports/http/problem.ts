import { type ErrorCode, errorCodes, type JsonValue, LumosError } from '../../contracts/index.ts'
import { decodeJson, errorFromRemote, isJsonObject } from '../../core/index.ts'
import { readBody } from './read-body.ts'

export const problemMediaType = 'application/problem+json'

const maxProblemBytes = 64 * 1024

/** @param status - when HTTP has a better one than the code's own, for instance 405 */
export function problemResponse(error: LumosError, status?: number, headers: HeadersInit = {}): Response {
  const problemStatus = status ?? errorCodes[error.code].httpStatus
  const problem = {
    type: `urn:lumos:error:${error.code}`,
    title: error.code,
    status: problemStatus,
    detail: error.message,
    code: error.code,
    retryable: error.retryable,
    ...(error.details && { details: error.details }),
  }
  const response = new Response(JSON.stringify(problem), { status: problemStatus, headers })
  response.headers.set('content-type', problemMediaType)
  response.headers.set('cache-control', 'no-store')
  const retryAfterMs = error.details?.retryAfterMs
  if (typeof retryAfterMs === 'number') {
    response.headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  }
  return response
}

/** What a refusal says, whoever wrote it: our host, or a proxy on the way that knows nothing of us. */
export async function errorFromResponse(response: Response): Promise<LumosError> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith(problemMediaType)) {
    await response.body?.cancel()
    const message = `The server answered ${response.status} ${response.statusText}`.trimEnd()
    return new LumosError(codeOfStatus(response.status), `${message}.`)
  }
  let problem: JsonValue
  try {
    problem = decodeJson(await readBody(response, maxProblemBytes))
  } catch (cause) {
    return new LumosError('malformed-frame', 'The server’s refusal cannot be read.', { cause })
  }
  if (!isJsonObject(problem)) return errorFromRemote(problem)
  return errorFromRemote({ ...problem, message: problem.detail ?? null })
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'forbidden'
  if (status === 413) return 'too-large'
  if (status === 429) return 'rate-limited'
  return status >= 500 ? 'connection-lost' : 'protocol-mismatch'
}
