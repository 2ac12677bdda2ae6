import { type Clock, LumosError } from '../contracts/index.ts'

/** Where requests wait for better times: a limited number of them, each until a given moment or a wake-up. */
export class WaitingRoom {
  readonly #clock: Clock
  readonly #capacity: number
  readonly #wakers = new Set<() => void>()

  constructor(clock: Clock, capacity: number) {
    this.#clock = clock
    this.#capacity = capacity
  }

  /**
   * Resolves at `until`, in milliseconds since 1970, or at the next {@link wake}.
   *
   * @throws {LumosError} `no-place-available` when too many wait already
   */
  async wait(until: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#wakers.size >= this.#capacity) {
      throw new LumosError('no-place-available', `No place answers, and ${this.#capacity} requests wait.`)
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        cancel()
        signal.removeEventListener('abort', onAbort)
        this.#wakers.delete(wake)
      }
      const wake = () => {
        leave()
        resolve()
      }
      const onAbort = () => {
        leave()
        reject(signal.reason)
      }
      const cancel = this.#clock.setTimer(until - this.#clock.now(), wake)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#wakers.add(wake)
    })
  }

  /** Everybody looks again. */
  wake(): void {
    for (const wake of [...this.#wakers]) wake()
  }
}
