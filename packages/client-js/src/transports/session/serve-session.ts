import type { HostEvent, RequestContext, RequestHandler } from '../../contracts/index.ts'
import { utf8 } from '../../core/index.ts'
import { AnsweringSession } from './answering-session.ts'
import type { Medium } from './medium.ts'
import type { SessionOptions } from './session-core.ts'

/** Answers the requests that arrive over `medium` with `handler`, until either end closes it. */
export function serveSession(
  medium: Medium,
  handler: RequestHandler,
  context: Omit<RequestContext, 'signal'>,
  options: SessionOptions = {},
): AnsweringSession {
  return new AnsweringSession(
    medium,
    (payload, { signal }) => new EncodedEvents(handler.handle(payload, { ...context, signal })),
    options,
  )
}

/** Without a generator, which would cost each event turns of the microtask queue. */
class EncodedEvents implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #events: AsyncIterator<HostEvent>

  constructor(events: AsyncIterable<HostEvent>) {
    this.#events = events[Symbol.asyncIterator]()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const { done, value } = await this.#events.next()
    return done ? { done, value: undefined } : { done: false, value: utf8.encode(JSON.stringify(value)) }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#events.return?.()
    return { done: true, value: undefined }
  }
}
