import { type Clock, type HostEvent, LumosError } from '../../contracts/index.ts'
import { isLastEvent, toLumosError, utf8 } from '../../core/index.ts'
import { frameError, frameEvent, keepAlive } from './event-framing.ts'

export interface EventStreamBodyOptions {
  events: AsyncIterator<HostEvent>
  /** What `events.next()` was already asked for. */
  first: Promise<IteratorResult<HostEvent>>
  /** Called once, at the end or when the client went away; the latter stops no run. */
  onEnd: () => void
  clock: Clock
  keepAliveMs: number
}

/**
 * The body of a stream's answer. Asks the host for events only as the client takes bytes, and never ends without
 * either the last event or an `error`.
 */
export function eventStreamBody(options: EventStreamBodyOptions): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(new EventStreamSource(options), { highWaterMark: 0 })
}

/** Events that are ready together go out together, up to about this many characters. */
const chunkLength = 16 * 1024

/** How many turns of the microtask queue a ready event may need to come through its generators. */
const readyTurns = 16

class EventStreamSource implements UnderlyingDefaultSource<Uint8Array> {
  readonly #options: EventStreamBodyOptions
  #next: Promise<IteratorResult<HostEvent>>
  #stopKeepAlive = () => {}
  #isEnded = false

  constructor(options: EventStreamBodyOptions) {
    this.#options = options
    this.#next = options.first
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#keepAlive(() => controller.enqueue(utf8.encode(keepAlive)))
    const { text, isLast } = await this.#collect()
    this.#stopKeepAlive()
    if (this.#isEnded) return
    if (text !== '') controller.enqueue(utf8.encode(text))
    if (!isLast) return
    controller.close()
    this.#end()
  }

  cancel(): void {
    this.#end()
  }

  /** Waits for one event and takes those that are ready behind it. */
  async #collect(): Promise<{ text: string; isLast: boolean }> {
    let text = ''
    try {
      do {
        const { done, value } = await this.#next
        if (done) throw new LumosError('internal', 'The host ended before the last event.')
        text += frameEvent(value)
        if (isLastEvent(value)) return { text, isLast: true }
        this.#next = this.#options.events.next()
      } while ((await isReady(this.#next)) && text.length < chunkLength)
    } catch (error) {
      return { text: text + frameError(toLumosError(error, 'internal')), isLast: true }
    }
    return { text, isLast: false }
  }

  #keepAlive(send: () => void): void {
    const { clock, keepAliveMs } = this.#options
    const again = () => {
      send()
      this.#stopKeepAlive = clock.setTimer(keepAliveMs, again)
    }
    this.#stopKeepAlive = clock.setTimer(keepAliveMs, again)
  }

  #end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#stopKeepAlive()
    this.#options.onEnd()
  }
}

/** Whether `promise` settles without waiting for anything but microtasks. Its rejection stays with its reader. */
async function isReady(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  promise.then(settle, settle)
  for (let turn = 0; turn < readyTurns && !isSettled; turn++) await undefined
  return isSettled
}
