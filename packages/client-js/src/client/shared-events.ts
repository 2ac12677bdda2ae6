/**
 * One source, any number of readers, each of which sees every event from the first on. The source is asked no
 * faster than the fastest reader reads, let go when the last one leaves, and opened again for a late one.
 */
export class SharedEvents<Event> implements AsyncIterable<Event> {
  readonly #open: () => AsyncGenerator<Event, void>
  readonly #onEvent: (event: Event) => void
  readonly #log: Event[] = []
  #source: AsyncGenerator<Event, void> | undefined
  #pulling: Promise<void> | undefined
  #readers = 0
  #isComplete = false
  #failure: { error: unknown } | undefined

  /**
   * @param open - gives the events that no earlier source gave
   * @param onEvent - sees each event once, before any reader
   */
  constructor(open: () => AsyncGenerator<Event, void>, onEvent: (event: Event) => void) {
    this.#open = open
    this.#onEvent = onEvent
  }

  /** Resolves when the first event is there, or the source ended without one. */
  async start(): Promise<void> {
    if (this.#log.length === 0) await this.#pullOnce()
    if (this.#failure !== undefined) throw this.#failure.error
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void> {
    this.#readers++
    try {
      for (let next = 0; ; ) {
        const event = this.#log[next]
        if (event !== undefined) {
          next++
          yield event
        } else if (this.#failure !== undefined) throw this.#failure.error
        else if (this.#isComplete) return
        else await this.#pullOnce()
      }
    } finally {
      this.#readers--
      if (this.#readers === 0) await this.close()
    }
  }

  /** Lets the source go; a reader that still reads opens it again. */
  async close(): Promise<void> {
    const source = this.#source
    this.#source = undefined
    await source?.return()
  }

  #pullOnce(): Promise<void> {
    this.#pulling ??= this.#pull().finally(() => {
      this.#pulling = undefined
    })
    return this.#pulling
  }

  async #pull(): Promise<void> {
    this.#source ??= this.#open()
    const source = this.#source
    try {
      const { done, value } = await source.next()
      if (!done) {
        this.#log.push(value)
        this.#onEvent(value)
      } else if (source === this.#source) this.#isComplete = true
    } catch (error) {
      this.#failure = { error }
    }
  }
}
