import type { HostEvent, RequestHandler, SessionContext } from '../../contracts/index.ts'
import { utf8 } from '../../core/index.ts'
import { AnsweringSession } from './answering-session.ts'
import type { AnswerRequest } from './incoming-call.ts'
import type { Medium } from './medium.ts'
import type { SessionOptions } from './session-core.ts'

export interface ServeSessionOptions extends SessionOptions {
  /** The channel is confidential, and the other end knows session proofs. @default false */
  takesProofs?: boolean
}

/** Answers the requests that arrive over `medium` with `handler`, until either end closes it. */
export function serveSession(
  medium: Medium,
  handler: RequestHandler,
  context: SessionContext,
  { takesProofs = false, ...options }: ServeSessionOptions = {},
): AnsweringSession {
  const answer: AnswerRequest = (payload, { signal }) =>
    new EncodedEvents(handler.handle(payload, { ...context, signal }))
  const proven = takesProofs ? handler.openSession?.(context) : undefined
  if (proven === undefined) return new AnsweringSession(medium, answer, options)
  return new AnsweringSession(medium, answer, {
    ...options,
    onEnd(error) {
      proven.close()
      options.onEnd?.(error)
    },
    proofs: {
      challenge: proven.challenge,
      prove: statement => proven.prove(statement),
      answer: (call, payload, { signal }) => new EncodedEvents(proven.handle(call, payload, { signal })),
    },
  })
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
