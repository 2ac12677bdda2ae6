import { raceSignal } from '../core/index.ts'

/** How many more messages the other side wants; who sends waits for it. */
export class Credit {
  #available = 0
  #wake: (() => void) | undefined

  grant(count: number): void {
    this.#available += count
    this.#wake?.()
  }

  /** Takes one, waiting until there is one. At most one caller at a time. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    while (this.#available === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await raceSignal(promise, signal)
    }
    this.#available--
  }
}
