export interface CorsOptions {
  /** Web origins whose pages may call this node, or `*` for all. */
  origins: readonly string[] | '*'
}

const allowedHeaders = 'content-type, last-event-id, traceparent'
const maxAgeSeconds = 7200

/** Answers a preflight, and marks answers as readable by the pages of allowed origins. Without options: by none. */
export class Cors {
  readonly #origins: readonly string[] | '*'

  constructor(options: CorsOptions | undefined) {
    this.#origins = options?.origins ?? []
  }

  preflight(request: Request): Response {
    const response = new Response(null, { status: 204 })
    if (this.#allows(request)) {
      response.headers.set('access-control-allow-methods', 'GET, POST')
      response.headers.set('access-control-allow-headers', allowedHeaders)
      response.headers.set('access-control-max-age', String(maxAgeSeconds))
    }
    return this.mark(request, response)
  }

  mark(request: Request, response: Response): Response {
    if (this.#origins.length === 0) return response
    response.headers.append('vary', 'origin')
    const origin = request.headers.get('origin')
    if (origin !== null && this.#allows(request)) {
      response.headers.set('access-control-allow-origin', origin)
      response.headers.set('access-control-expose-headers', 'retry-after')
    }
    return response
  }

  #allows(request: Request): boolean {
    const origin = request.headers.get('origin')
    return origin !== null && (this.#origins === '*' || this.#origins.includes(origin))
  }
}
