import {
  type Clock,
  type HostEvent,
  isStreamVerb,
  type JsonValue,
  LumosError,
  type NodeInfo,
  protocolVersion,
  type RequestContext,
  type RequestEnvelope,
  type RequestHandler,
  type Verb,
} from '../../contracts/index.ts'
import {
  createSystemClock,
  decodeJson,
  defaultJsonLimits,
  isJsonObject,
  type JsonLimits,
  linkedAbort,
  toLumosError,
} from '../../core/index.ts'
import { Cors, type CorsOptions } from './cors.ts'
import { eventStreamMediaType } from './event-framing.ts'
import { eventStreamBody } from './event-stream-body.ts'
import { problemResponse } from './problem.ts'
import { readBody } from './read-body.ts'

export interface HttpHandlerOptions {
  /** What `GET /api/node` says beyond the node's id. */
  describe?: () => NodeInfo | Promise<NodeInfo>
  /** @default no other origin's page may call this node */
  cors?: CorsOptions
  limits?: JsonLimits
  /** How often a silent stream shows life. @default 15,000 */
  keepAliveMs?: number
  /**
   * How long a stream waits for its first event, so that a refusal gets its HTTP status. Later ones come as an
   * `error` inside the stream. @default 1000
   */
  refusalWindowMs?: number
  clock?: Clock
}

/**
 * The listening half of the HTTP binding: give it every request below `/api/`. It never throws and never rejects.
 *
 * @see spec/http.md
 */
export function createHttpHandler(
  handler: RequestHandler,
  options: HttpHandlerOptions = {},
): (request: Request) => Promise<Response> {
  const listener = new HttpListener(handler, options)
  return request => listener.answer(request)
}

class HttpListener {
  readonly #handler: RequestHandler
  readonly #cors: Cors
  readonly #options: Required<Omit<HttpHandlerOptions, 'describe' | 'cors'>> & HttpHandlerOptions

  constructor(handler: RequestHandler, options: HttpHandlerOptions) {
    this.#handler = handler
    this.#cors = new Cors(options.cors)
    this.#options = {
      limits: defaultJsonLimits,
      keepAliveMs: 15_000,
      refusalWindowMs: 1000,
      clock: createSystemClock(),
      ...options,
    }
  }

  async answer(request: Request): Promise<Response> {
    if (request.method === 'OPTIONS') return this.#cors.preflight(request)
    const response = await this.#route(request).catch(error =>
      problemResponse(toLumosError(error, 'internal')),
    )
    return this.#cors.mark(request, response)
  }

  async #route(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const [, name] = /\/api\/([a-z.]+)$/.exec(pathname) ?? []
    if (name === undefined) return problemResponse(new LumosError('not-found', 'No such path.'))
    if (name === 'node') {
      return request.method === 'GET' ? this.#hello() : methodNotAllowed('GET')
    }
    if (request.method !== 'POST') return methodNotAllowed('POST')
    if (!isPlainJson(request.headers)) {
      return problemResponse(new LumosError('malformed-frame', 'Send application/json, uncompressed.'), 415)
    }
    const envelope = await this.#readEnvelope(request, name)
    return isStreamVerb(name as Verb) ? this.#stream(request, envelope) : this.#result(request, envelope)
  }

  async #hello(): Promise<Response> {
    const info = await this.#options.describe?.()
    const hello = { ...info, nodeId: this.#handler.nodeId, protocol: protocolVersion }
    return jsonResponse(hello as unknown as JsonValue)
  }

  async #readEnvelope(request: Request, verb: string): Promise<RequestEnvelope> {
    const bytes = await readBody(request, this.#options.limits.maxBytes)
    const envelope = decodeJson(bytes, this.#options.limits)
    // What stands in front of us may decide by path; the envelope must not say something else.
    if (!isJsonObject(envelope) || envelope.verb !== verb) {
      throw new LumosError('invalid-request', `The envelope's verb is not the path's, ${verb}.`)
    }
    return envelope as unknown as RequestEnvelope
  }

  async #result(request: Request, envelope: RequestEnvelope): Promise<Response> {
    using reading = linkedAbort(request.signal)
    const events = this.#handler.handle(envelope, contextOf(request, reading.signal))
    for await (const event of events) {
      if (event.type === 'result') return jsonResponse({ value: event.value })
    }
    throw new LumosError('internal', 'The host gave no result.')
  }

  async #stream(request: Request, envelope: RequestEnvelope): Promise<Response> {
    const reading = linkedAbort(request.signal)
    const context = contextOf(request, reading.signal)
    const events = this.#handler.handle(envelope, context)[Symbol.asyncIterator]()
    const onEnd = () => {
      reading.abort(new DOMException('The reader left.', 'AbortError'))
      reading[Symbol.dispose]()
      events.return?.().then(undefined, () => {})
    }
    const first = events.next()
    try {
      await this.#waitForRefusal(first)
    } catch (error) {
      onEnd()
      throw error
    }
    const { clock, keepAliveMs } = this.#options
    return new Response(eventStreamBody({ events, first, onEnd, clock, keepAliveMs }), {
      headers: {
        'content-type': eventStreamMediaType,
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    })
  }

  #waitForRefusal(first: Promise<IteratorResult<HostEvent>>): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.setTimer(this.#options.refusalWindowMs, resolve)
      first.then(() => resolve(), reject).finally(cancel)
    })
  }
}

function contextOf(request: Request, signal: AbortSignal): RequestContext {
  const lastEventId = request.headers.get('last-event-id')
  if (lastEventId === null) return { transport: 'http', signal }
  if (!/^\d{1,15}$/.test(lastEventId)) {
    throw new LumosError('invalid-request', 'Last-Event-ID is not the id of an event.')
  }
  return { transport: 'http', signal, lastEventId: Number(lastEventId) }
}

/** A page of another origin can send other types without asking first: never read those. */
function isPlainJson(headers: Headers): boolean {
  const type = headers.get('content-type') ?? ''
  return /^application\/json\s*(;|$)/i.test(type) && headers.get('content-encoding') === null
}

function jsonResponse(value: JsonValue): Response {
  return new Response(JSON.stringify(value), {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  })
}

function methodNotAllowed(allow: string): Response {
  return problemResponse(new LumosError('invalid-request', `Use ${allow}.`), 405, { allow })
}
