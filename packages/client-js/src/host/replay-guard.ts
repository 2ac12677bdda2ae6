import { LumosError, type RequestEnvelope } from '../contracts/index.ts'
import { maxClockSkewMs } from '../core/index.ts'

const bucketMs = 10_000

/**
 * Remembers envelopes for as long as their `issuedAt` lets them in; after that, time alone refuses them. Full
 * means refusing new requests: forgetting early would let a replay in.
 */
export class ReplayGuard {
  readonly #buckets = new Map<number, Set<string>>()
  readonly #maxSize: number
  #size = 0

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  /** @throws {LumosError} `replayed-request`, `rate-limited` */
  check(envelope: RequestEnvelope, now: number): void {
    this.#forget(now)
    const key = `${envelope.issuer} ${envelope.id}`
    for (const bucket of this.#buckets.values()) {
      if (bucket.has(key))
        throw new LumosError('replayed-request', 'This request was sent before: sign a new one.')
    }
    if (this.#size >= this.#maxSize) {
      throw new LumosError('rate-limited', 'The node has more requests than it can remember.', {
        details: { retryAfterMs: bucketMs },
      })
    }
    const index = Math.floor((envelope.issuedAt + maxClockSkewMs) / bucketMs)
    const bucket = this.#buckets.get(index) ?? new Set()
    this.#buckets.set(index, bucket.add(key))
    this.#size++
  }

  #forget(now: number): void {
    const current = Math.floor(now / bucketMs)
    for (const [index, bucket] of this.#buckets) {
      if (index >= current) continue
      this.#size -= bucket.size
      this.#buckets.delete(index)
    }
  }
}
