import type { EventSourceMessage } from 'eventsource-parser'
import {
  type AbortOptions,
  type Clock,
  type Connection,
  isLumosError,
  LumosError,
  type NodeId,
  type RequestEnvelope,
  type UnprovenRequest,
  type Verb,
  type VerbEvent,
} from '../../contracts/index.ts'
import {
  decodeJson,
  EventReader,
  errorFromRemote,
  isJsonObject,
  linkedAbort,
  raceSignal,
  signedEnvelope,
} from '../../core/index.ts'
import { errorEventName, eventStreamMediaType } from './event-framing.ts'
import { EventStreamReader } from './event-stream-reader.ts'
import { errorFromResponse } from './problem.ts'
import { readBody } from './read-body.ts'

export interface HttpConnectionOptions {
  /** Origin and path prefix, without a slash at the end. */
  address: string
  remoteNodeId: NodeId
  fetch: typeof fetch
  headers: Record<string, string>
  maxEventBytes: number
  silenceTimeoutMs: number
  clock: Clock
  onClose: () => void
}

/** Requests to one node, each an HTTP exchange of its own. */
export class HttpConnection implements Connection {
  readonly kind = 'http'
  readonly address: string
  readonly remoteNodeId: NodeId
  readonly #options: HttpConnectionOptions
  readonly #closing = new AbortController()
  #isLost = false

  constructor(options: HttpConnectionOptions) {
    this.#options = options
    this.address = options.address
    this.remoteNodeId = options.remoteNodeId
  }

  get isOpen(): boolean {
    return !this.#isLost && !this.#closing.signal.aborted
  }

  async *request<V extends Verb>(
    request: RequestEnvelope<V> | UnprovenRequest<V>,
    options: AbortOptions = {},
  ): AsyncGenerator<VerbEvent<V>, void> {
    using reading = linkedAbort(options.signal, this.#closing.signal)
    const { signal } = reading
    signal.throwIfAborted()
    let isRead = false
    try {
      const envelope = await signedEnvelope(request)
      signal.throwIfAborted()
      const response = await this.#send(envelope, signal)
      if (!response.ok) throw await errorFromResponse(response)
      const type = response.headers.get('content-type') ?? ''
      if (type.startsWith(eventStreamMediaType)) yield* this.#readStream(envelope, response, signal)
      else if (type.startsWith('application/json')) {
        const event = await this.#readResult(envelope, response, signal)
        isRead = true
        yield event
      } else
        throw new LumosError('protocol-mismatch', `The server answered with ${type || 'no content type'}.`)
    } catch (error) {
      throw this.#failure(error, signal)
    } finally {
      // Frees the socket when the reader left before the end. After it there is nothing to do, and an abort is costly.
      if (!isRead) reading.abort(new DOMException('The reader left.', 'AbortError'))
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new LumosError('connection-lost', 'The connection was closed.'))
    this.#options.onClose()
  }

  #send(envelope: RequestEnvelope, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = {
      ...this.#options.headers,
      'content-type': 'application/json',
      accept: `${eventStreamMediaType}, application/json`,
    }
    const offset = offsetOf(envelope)
    if (offset > 0) headers['last-event-id'] = String(offset)
    return this.#options.fetch(`${this.address}/api/${envelope.verb}`, {
      method: 'POST',
      body: JSON.stringify(envelope),
      headers,
      signal,
      ...fetchDefaults,
    })
  }

  async #readResult<V extends Verb>(
    envelope: RequestEnvelope<V>,
    response: Response,
    signal: AbortSignal,
  ): Promise<VerbEvent<V>> {
    const bytes = await raceSignal(readBody(response, this.#options.maxEventBytes), signal)
    const answer = decodeJson(bytes, { maxBytes: this.#options.maxEventBytes, maxDepth: 64 })
    const value = isJsonObject(answer) ? answer.value : undefined
    const event = value === undefined ? null : { id: 1, type: 'result', value }
    return new EventReader(envelope.verb).read(event) as VerbEvent<V>
  }

  async *#readStream<V extends Verb>(
    envelope: RequestEnvelope<V>,
    response: Response,
    signal: AbortSignal,
  ): AsyncGenerator<VerbEvent<V>, void> {
    if (response.body === null) throw lost()
    const stream = new EventStreamReader(response.body, this.#options)
    const events = new EventReader(envelope.verb, offsetOf(envelope))
    try {
      while (true) {
        const messages = await raceSignal(stream.read(), signal)
        if (messages === undefined) throw lost()
        for (const message of messages) {
          const event = events.read(this.#decode(message))
          if (event !== undefined) yield event
          if (events.isComplete) return
          signal.throwIfAborted()
        }
      }
    } finally {
      // Not awaited, and a body that failed already has nothing left to cancel.
      stream.cancel().catch(() => {})
    }
  }

  #decode(message: EventSourceMessage) {
    const value = decodeJson(message.data, { maxBytes: this.#options.maxEventBytes, maxDepth: 64 })
    if (message.event === errorEventName) throw errorFromRemote(value)
    return value
  }

  /** An abort's own reason, an error of ours as it is, and everything else as a lost connection. */
  #failure(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason
    if (isLumosError(error) && error.code !== 'connection-lost') return error
    this.#isLost = true
    return isLumosError(error) ? error : lost(error)
  }
}

/** No cookies, no cache, no redirect to a node that the envelope was not signed for. */
export const fetchDefaults = {
  cache: 'no-store',
  credentials: 'omit',
  redirect: 'error',
  referrerPolicy: 'no-referrer',
} as const satisfies RequestInit

function offsetOf(envelope: RequestEnvelope): number {
  return envelope.verb === 'run.observe'
    ? ((envelope as RequestEnvelope<'run.observe'>).params.offset ?? 0)
    : 0
}

function lost(cause?: unknown): LumosError {
  return new LumosError('connection-lost', 'The connection broke while events were still to come.', { cause })
}
