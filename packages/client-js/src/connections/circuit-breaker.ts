import type { Clock } from '../contracts/index.ts'
import { type BackoffOptions, backoffDelayMs } from './backoff.ts'

export interface CircuitBreakerOptions {
  clock: Clock
  /** Uniform in [0, 1). */
  random: () => number
  backoff?: BackoffOptions | undefined
}

/**
 * Remembers how a place fares: `closed` lets requests through, `open` spares the place until `retryAt`, and
 * `half-open` lets them try whether it is back.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions
  #failures = 0
  #retryAt = 0
  #isTripped = false

  constructor(options: CircuitBreakerOptions) {
    this.#options = options
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#options.clock.now() < this.#retryAt) return 'open'
    return this.#isTripped ? 'half-open' : 'closed'
  }

  /** It failed, and did not succeed since. */
  get isTripped(): boolean {
    return this.#isTripped
  }

  /** Milliseconds since 1970; in the past unless open. */
  get retryAt(): number {
    return this.#retryAt
  }

  succeed(): void {
    this.#failures = 0
    this.#retryAt = 0
    this.#isTripped = false
  }

  /** @param options.isFirstFree - one failure may be bad luck, such as a connection gone stale: try again at once */
  fail(options: { isFirstFree: boolean }): void {
    this.#failures++
    if (options.isFirstFree && this.#failures === 1) return
    this.#isTripped = true
    const { clock, random, backoff } = this.#options
    this.#retryAt = clock.now() + backoffDelayMs(this.#failures, random, backoff)
  }

  /** The place is well but asks for patience. */
  hold(delayMs: number): void {
    this.#retryAt = Math.max(this.#retryAt, this.#options.clock.now() + delayMs)
  }

  /** Circumstances changed: what failed before says nothing now. */
  retryNow(): void {
    this.#retryAt = 0
  }
}
