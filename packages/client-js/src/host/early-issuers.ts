import type { Did, Store, StoreOperation } from '../contracts/index.ts'
import { maxClockSkewMs, storeKey } from '../core/index.ts'

const prefix = 'replay/'
/** How far ahead one write covers an issuer: so it costs a write a second, not one a request. */
const coverMs = 1000

/**
 * Issuers whose clock is ahead of ours. What they sign now is still fresh after a restart, so it is written down,
 * before it is admitted, up to which `issuedAt` each may have been admitted. Writes under way together are one.
 */
export class EarlyIssuers {
  readonly #store: Store
  /** What an earlier process may have admitted: milliseconds since 1970 by issuer. */
  readonly #before = new Map<Did, number>()
  /** What is durable of this process's. */
  readonly #durable = new Map<Did, number>()
  #pending = new Map<Did, number>()
  #last: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  constructor(store: Store) {
    this.#store = store
  }

  async load(): Promise<void> {
    for await (const { key, value } of this.#store.list({ prefix })) {
      this.#before.set(issuerOf(key), value as number)
    }
  }

  /** Whether an earlier process may have admitted what `issuer` signed then. */
  mayHaveUsed(issuer: Did, issuedAt: number): boolean {
    return issuedAt <= (this.#before.get(issuer) ?? -1)
  }

  /** Resolves once it is durable that `issuer` may have used `issuedAt`; undefined when it is already. */
  cover(issuer: Did, issuedAt: number): Promise<void> | undefined {
    if (issuedAt <= (this.#durable.get(issuer) ?? -1)) return undefined
    this.#pending.set(issuer, Math.max(this.#pending.get(issuer) ?? 0, issuedAt + coverMs))
    this.#next ??= this.#afterLast(() => this.#write())
    return this.#next
  }

  /** Forgets issuers all of whose covered envelopes time alone refuses. */
  sweep(now: number, signal: AbortSignal): Promise<void> {
    return this.#afterLast(async () => {
      const expired: StoreOperation[] = []
      for await (const { key, value } of this.#store.list({ prefix, signal })) {
        if ((value as number) + maxClockSkewMs >= now) continue
        expired.push({ type: 'delete', key })
      }
      if (expired.length > 0) await this.#store.batch(expired, { signal })
      for (const issuers of [this.#before, this.#durable]) {
        for (const [issuer, until] of issuers) if (until + maxClockSkewMs < now) issuers.delete(issuer)
      }
    })
  }

  async #write(): Promise<void> {
    const covered = this.#pending
    this.#pending = new Map()
    this.#next = undefined
    await this.#store.batch(
      [...covered].map(([issuer, value]) => ({ type: 'put', key: storeKey('replay', issuer), value })),
    )
    for (const [issuer, until] of covered) this.#durable.set(issuer, until)
  }

  /** One after the other, whether or not the one before failed. */
  #afterLast(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }
}

function issuerOf(key: string): Did {
  return decodeURIComponent(key.slice(prefix.length)) as Did
}
