import { LumosError, type UnsignedEnvelope } from '../contracts/index.ts'
import { maxClockSkewMs } from '../core/index.ts'
import type { EarlyIssuers } from './early-issuers.ts'

const bucketMs = 10_000

export interface ReplayGuardOptions {
  early: EarlyIssuers
  /** When this process began to admit: milliseconds since 1970, UTC. */
  startedAt: number
  maxSize: number
}

/**
 * Remembers envelopes for as long as their `issuedAt` lets them in; after that, time alone refuses them. Full
 * means refusing new requests: forgetting early would let a replay in.
 *
 * What earlier processes admitted is not remembered one by one. It was signed before this process started, by
 * our clock, or by an issuer whose clock is early, and those are written down.
 */
export class ReplayGuard {
  readonly #buckets = new Map<number, Set<string>>()
  readonly #options: ReplayGuardOptions
  #size = 0

  constructor(options: ReplayGuardOptions) {
    this.#options = options
  }

  /** @throws {LumosError} `replayed-request`; retryable when it may have been admitted before a restart */
  check(envelope: UnsignedEnvelope, now: number): void {
    this.#forget(now)
    const { issuer, id, issuedAt } = envelope
    const key = `${issuer} ${id}`
    for (const bucket of this.#buckets.values()) {
      if (bucket.has(key))
        throw new LumosError('replayed-request', 'This request was sent before: sign a new one.')
    }
    this.#assertAfterRestart(envelope, now)
    if (this.#size >= this.#options.maxSize) {
      throw new LumosError('rate-limited', 'The node has more requests than it can remember.', {
        details: { retryAfterMs: bucketMs },
      })
    }
    const index = Math.floor((issuedAt + maxClockSkewMs) / bucketMs)
    const bucket = this.#buckets.get(index) ?? new Set()
    this.#buckets.set(index, bucket.add(key))
    this.#size++
  }

  /** Resolves once no restart can make us admit the envelope again; undefined when that is so already. */
  secure({ issuer, issuedAt }: UnsignedEnvelope, now: number): Promise<void> | undefined {
    return issuedAt <= now ? undefined : this.#options.early.cover(issuer, issuedAt)
  }

  #assertAfterRestart({ issuer, issuedAt }: UnsignedEnvelope, now: number): void {
    const { early, startedAt } = this.#options
    if (issuedAt >= startedAt && !early.mayHaveUsed(issuer, issuedAt)) return
    throw new LumosError('replayed-request', 'The node restarted after this was signed: sign a new one.', {
      retryable: true,
      details: { now, issuedAt },
    })
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
