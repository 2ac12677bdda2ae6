import type { Clock } from '../contracts/index.ts'
import { type DeadlineSignal, deadlineSignal, type LinkedAbort, linkedAbort } from '../core/index.ts'

export interface WorkSignalOptions {
  clock: Clock
  /** Milliseconds since 1970, UTC. */
  deadline: number
  /** Aborts when the node stops. */
  shutdown: AbortSignal
}

/** A signal for work that ends at its deadline and with the node; made when somebody first asks for it. */
export class WorkSignal implements Disposable {
  readonly #options: WorkSignalOptions
  #deadline: DeadlineSignal | undefined
  #linked: LinkedAbort | undefined

  constructor(options: WorkSignalOptions) {
    this.#options = options
  }

  get signal(): AbortSignal {
    this.#linked ??= this.#link()
    return this.#linked.signal
  }

  [Symbol.dispose](): void {
    this.#deadline?.clear()
    this.#linked?.[Symbol.dispose]()
  }

  #link(): LinkedAbort {
    const { clock, deadline, shutdown } = this.#options
    this.#deadline = deadlineSignal(clock, deadline)
    return linkedAbort(shutdown, this.#deadline.signal)
  }
}
