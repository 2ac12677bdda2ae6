import { type Did, LumosError } from '../contracts/index.ts'

const maxIssuers = 10_000

/** A token bucket per issuer. */
export class RateLimiter {
  readonly #buckets = new Map<Did, { tokens: number; updatedAt: number }>()
  readonly #perSecond: number
  readonly #burst: number

  constructor(options: { perSecond: number; burst: number }) {
    this.#perSecond = options.perSecond
    this.#burst = options.burst
  }

  /** @throws {LumosError} `rate-limited`, with `details.retryAfterMs` */
  take(issuer: Did, now: number): void {
    const bucket = this.#buckets.get(issuer) ?? { tokens: this.#burst, updatedAt: now }
    const elapsedMs = Math.max(0, now - bucket.updatedAt)
    const tokens = Math.min(this.#burst, bucket.tokens + (elapsedMs / 1000) * this.#perSecond)
    const isAllowed = tokens >= 1
    // Set again at the end: a Map keeps the order of insertion, so the first is the one idle for longest.
    this.#buckets.delete(issuer)
    this.#buckets.set(issuer, { tokens: isAllowed ? tokens - 1 : tokens, updatedAt: now })
    this.#forgetIdle()
    if (isAllowed) return
    const retryAfterMs = Math.ceil(((1 - tokens) / this.#perSecond) * 1000)
    throw new LumosError('rate-limited', `Too many requests: try again in ${retryAfterMs} ms.`, {
      details: { retryAfterMs },
    })
  }

  #forgetIdle(): void {
    if (this.#buckets.size <= maxIssuers) return
    const [idle] = this.#buckets.keys()
    this.#buckets.delete(idle as Did)
  }
}
