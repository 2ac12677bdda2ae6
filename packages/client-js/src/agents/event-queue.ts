/** Merges events of concurrent tasks into one stream, in the order they were pushed. */
export class EventQueue<Event> {
  readonly #waiting: { event: Event; onTaken: () => void }[] = []
  #wake: (() => void) | undefined

  /**
   * Resolves once the reader came back for the next event: whatever it did with this one, such as writing it
   * down, is done.
   */
  push(event: Event): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push({ event, onTaken: resolve })
      this.#wake?.()
    })
  }

  /** Yields until `work` has settled and everything pushed is read; throws what `work` rejects with. */
  async *drain(work: Promise<unknown>): AsyncGenerator<Event> {
    let isSettled = false
    const settle = () => {
      isSettled = true
      this.#wake?.()
    }
    work.then(settle, settle)
    while (true) {
      const next = this.#waiting.shift()
      if (next !== undefined) {
        yield next.event
        next.onTaken()
      } else if (isSettled) {
        await work
        return
      } else {
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
        this.#wake = undefined
      }
    }
  }
}
