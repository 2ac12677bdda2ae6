import { createParser, type EventSourceMessage, type EventSourceParser } from 'eventsource-parser'
import { LumosError } from '../../contracts/index.ts'
import { toLumosError } from '../../core/index.ts'

/** Takes server-sent events from a body, as many at a time as one chunk brought. */
export class EventStreamReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  readonly #parser: EventSourceParser
  #messages: EventSourceMessage[] = []

  constructor(body: ReadableStream<Uint8Array>, maxEventBytes: number) {
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
   * @throws {LumosError} `malformed-frame`, `too-large`; or whatever the body failed with
   */
  async read(): Promise<EventSourceMessage[] | undefined> {
    while (this.#messages.length === 0) {
      const { done, value } = await this.#reader.read()
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

  #feed(chunk: Uint8Array): void {
    try {
      this.#parser.feed(this.#decoder.decode(chunk, { stream: true }))
    } catch (error) {
      throw toLumosError(error, 'malformed-frame')
    }
  }
}
