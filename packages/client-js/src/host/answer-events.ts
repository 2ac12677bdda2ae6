import type { HostEvent } from '../contracts/index.ts'

/** What answers a request: its only event, or a stream of them. */
export type Answer = HostEvent | AsyncIterator<HostEvent>

export interface AnswerEventsOptions {
  /** Called at the first pull. */
  begin: () => Promise<Answer>
  /** What the reader sees of an error. */
  explain: (error: unknown) => unknown
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined }

/** The events of one answer, as a generator would give them, without a generator's turns for each event. */
export class AnswerEvents implements AsyncIterableIterator<HostEvent, undefined> {
  readonly #options: AnswerEventsOptions
  #answer: Promise<Answer> | undefined
  #isOver = false

  constructor(options: AnswerEventsOptions) {
    this.#options = options
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<HostEvent, undefined>> {
    if (this.#isOver) return over
    try {
      this.#answer ??= this.#options.begin()
      const answer = await this.#answer
      if (this.#isOver) return over
      if (isStream(answer)) return await answer.next()
      this.#isOver = true
      return { done: false, value: answer }
    } catch (error) {
      this.#isOver = true
      throw this.#options.explain(error)
    }
  }

  async return(): Promise<IteratorResult<HostEvent, undefined>> {
    if (this.#isOver) return over
    this.#isOver = true
    try {
      const answer = await this.#answer
      if (answer !== undefined && isStream(answer)) await answer.return?.()
    } catch (error) {
      throw this.#options.explain(error)
    }
    return over
  }
}

function isStream(answer: Answer): answer is AsyncIterator<HostEvent> {
  return 'next' in answer
}
