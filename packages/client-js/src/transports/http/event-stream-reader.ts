import { createParser, type EventSourceMessage, type EventSourceParser } from 'eventsource-parser'
import { type Clock, LumosError } from '../../contracts/index.ts'
import { toLumosError } from '../../core/index.ts'

export interface EventStreamReaderOptions {
  maxEventBytes: number
  /** How long the body may be silent while somebody reads; keep-alive comments count as life. */
  silenceTimeoutMs: number
  clock: Clock
}

/** Takes server-sent events from a body, as many at a time as one chunk brought. */
export class EventStreamReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  readonly #parser: EventSourceParser
  readonly #options: EventStreamReaderOptions
  #messages: EventSourceMessage[] = []

  constructor(body: ReadableStream<Uint8Array>, options: EventStreamReaderOptions) {
    const { maxEventBytes } = options
    this.#options = options
    this.#reader = body.getReader()
    this.#parser = createParser({
      maxBufferSize: maxEventBytes,
      onEvent: message => this.#messages.push(message),
      onError: cause => {
        // Unknown fields are nobody's fault; an event that grows without end is.
        if (cause.type === 'max-buffer-size-exceeded') {
          throw new LumosError('too-large', `An event is larger than ${maxEventBytes} bytes.`, { cause })
        }
      },
    })
  }

  /**
   * Waits for the next events; undefined at the end of the body.
   *
   * @throws {LumosError} `malformed-frame`, `too-large`, `connection-lost` after a silence; or whatever the body
   *   failed with
   */
  async read(): Promise<EventSourceMessage[] | undefined> {
    while (this.#messages.length === 0) {
      const { done, value } = await this.#readChunk()
      if (done) return undefined
      this.#feed(value)
    }
    const messages = this.#messages
    this.#messages = []
    return messages
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel()
  }

  /** A peer that vanished without a goodbye would otherwise be waited for until the deadline. */
  #readChunk(): Promise<ReadableStreamReadResult<Uint8Array>> {
    const { clock, silenceTimeoutMs } = this.#options
    return new Promise((resolve, reject) => {
      const cancel = clock.setTimer(silenceTimeoutMs, () =>
        reject(new LumosError('connection-lost', `The server was silent for ${silenceTimeoutMs} ms.`)),
      )
      this.#reader.read().then(resolve, reject).finally(cancel)
    })
  }

  #feed(chunk: Uint8Array): void {
    try {
      this.#parser.feed(this.#decoder.decode(chunk, { stream: true }))
    } catch (error) {
      throw toLumosError(error, 'malformed-frame')
    }
  }
}
