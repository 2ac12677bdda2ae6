/** Runs work one at a time per key, in the order asked. Keys in use cost memory, others nothing. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<unknown>>()

  /** Settles as `work` does. A failure does not stop the work queued behind it. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const previous = this.#tails.get(key) ?? Promise.resolve()
    const current = previous.then(work, work)
    const tail = current
      .catch(() => {})
      .then(() => {
        if (this.#tails.get(key) === tail) this.#tails.delete(key)
      })
    this.#tails.set(key, tail)
    return current
  }
}
