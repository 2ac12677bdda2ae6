import { LumosError, type PrincipalDid } from '../contracts/index.ts'

/** How much long work each issuer has under way: runs, and direct uses of models. */
export class WorkSlots {
  readonly #used = new Map<PrincipalDid, number>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** @throws {LumosError} `rate-limited` when all are taken */
  assertFree(issuer: PrincipalDid): void {
    if ((this.#used.get(issuer) ?? 0) < this.#max) return
    throw new LumosError('rate-limited', `${this.#max} runs are under way: stop one, or wait.`, {
      details: { retryAfterMs: 1000, maxConcurrentRuns: this.#max },
    })
  }

  /** Takes a slot, free or not. Returns what gives it back. */
  take(issuer: PrincipalDid): () => void {
    this.#used.set(issuer, (this.#used.get(issuer) ?? 0) + 1)
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      const left = (this.#used.get(issuer) ?? 1) - 1
      if (left === 0) this.#used.delete(issuer)
      else this.#used.set(issuer, left)
    }
  }
}
