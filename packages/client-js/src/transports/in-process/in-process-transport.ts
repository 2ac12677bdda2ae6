import {
  type AbortOptions,
  type Connection,
  LumosError,
  type RequestEnvelope,
  type RequestHandler,
  type Transport,
  type UnprovenRequest,
  type Verb,
  type VerbEvent,
} from '../../contracts/index.ts'
import { isLastEvent, linkedAbort, raceSignal, signedEnvelope, toLumosError } from '../../core/index.ts'

export const inProcessAddress = 'in-process:'

/**
 * Reaches the host in this very process, at the address `in-process:`. Events are handed over as they are, not
 * copied: readers must not change them.
 */
export function inProcessTransport(handler: RequestHandler): Transport {
  const connections = new Set<InProcessConnection>()
  return {
    kind: 'in-process',
    canDial: address => address === inProcessAddress,
    async dial(address, { signal } = {}) {
      signal?.throwIfAborted()
      if (address !== inProcessAddress) {
        throw new LumosError('dial-failed', `Not an in-process address: ${address}`, { retryable: false })
      }
      const connection = new InProcessConnection(handler, () => connections.delete(connection))
      connections.add(connection)
      return connection
    },
    async stop() {
      for (const connection of [...connections]) await connection.close()
    },
  }
}

class InProcessConnection implements Connection {
  readonly kind = 'in-process'
  readonly address = inProcessAddress
  readonly #handler: RequestHandler
  readonly #onClose: () => void
  readonly #closing = new AbortController()

  constructor(handler: RequestHandler, onClose: () => void) {
    this.#handler = handler
    this.#onClose = onClose
  }

  get remoteNodeId() {
    return this.#handler.nodeId
  }

  get isOpen() {
    return !this.#closing.signal.aborted
  }

  async *request<V extends Verb>(
    request: RequestEnvelope<V> | UnprovenRequest<V>,
    options: AbortOptions = {},
  ): AsyncGenerator<VerbEvent<V>, void> {
    using reading = linkedAbort(options.signal, this.#closing.signal)
    reading.signal.throwIfAborted()
    const envelope = await signedEnvelope(request)
    reading.signal.throwIfAborted()
    const context = { transport: this.kind, signal: reading.signal } as const
    const events = this.#handler.handle(envelope as RequestEnvelope, context)[Symbol.asyncIterator]()
    let isRead = false
    try {
      while (!isRead) {
        const next = await raceSignal(events.next(), reading.signal)
        if (next.done) throw new LumosError('internal', 'The host ended before the last event.')
        isRead = isLastEvent(next.value)
        yield next.value as VerbEvent<V>
      }
    } catch (error) {
      throw reading.signal.aborted ? reading.signal.reason : toLumosError(error, 'internal')
    } finally {
      if (!isRead) reading.abort(new DOMException('The reader left.', 'AbortError'))
      // Not awaited: a handler in the middle of a step would hold up a reader who has left.
      events.return?.().then(undefined, () => {})
    }
  }

  async close() {
    this.#closing.abort(new LumosError('connection-lost', 'The connection was closed.'))
    this.#onClose()
  }
}
