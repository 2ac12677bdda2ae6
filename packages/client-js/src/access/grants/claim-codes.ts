import { randomBytes } from '#platform'
import { type Clock, LumosError, type Store } from '../../contracts/index.ts'
import { base64url, utf8 } from '../../core/index.ts'

/** What makes whoever hands it in an owner, once. */
export interface ClaimCode {
  /** 128 random bits, base64url. Shown to a person, never kept. */
  code: string
  /** ISO 8601, UTC. */
  expiresAt: string
}

const key = 'access-claim'
const lifeMs = 24 * 60 * 60 * 1000
const windowMs = 60_000
const maxWrongPerWindow = 20

interface KeptCode {
  /** SHA-256, base64url. */
  hash: string
  /** Milliseconds since 1970, UTC. */
  expiresAt: number
}

/** The one code that is good at a time. Only its hash is kept, durable, so that who reads the store cannot use it. */
export class ClaimCodes {
  readonly #store: Store
  readonly #clock: Clock
  #wrong = { since: 0, count: 0 }
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** A code good for a day; the one before is good no longer. */
  async create(): Promise<ClaimCode> {
    const code = base64url.encode(randomBytes(16))
    const expiresAt = this.#clock.now() + lifeMs
    const hash = base64url.encode(await hashOf(code))
    await this.#store.put(key, { hash, expiresAt })
    return { code, expiresAt: new Date(expiresAt).toISOString() }
  }

  /**
   * Uses the code up.
   *
   * @throws {LumosError} `forbidden` for a wrong, used or expired one; `rate-limited` after many wrong ones
   */
  redeem(code: string): Promise<void> {
    // One at a time: of two who hand in one code, one is too late.
    const redeemed = this.#last.then(() => this.#redeem(code))
    this.#last = redeemed.catch(() => {})
    return redeemed
  }

  async #redeem(code: string): Promise<void> {
    const now = this.#clock.now()
    this.#assertCalm(now)
    const kept = (await this.#store.get(key)) as KeptCode | undefined
    const isRight = isSame(await hashOf(code), base64url.decode(kept?.hash ?? ''))
    if (kept !== undefined && isRight && now < kept.expiresAt) {
      // Durable before it takes effect: a crash may waste a code, never let it be used twice.
      await this.#store.delete(key)
      return
    }
    this.#wrong.count++
    throw new LumosError('forbidden', 'This code is wrong, used or too old: restart the node for a new one.')
  }

  #assertCalm(now: number): void {
    const age = now - this.#wrong.since
    if (age < 0 || age >= windowMs) this.#wrong = { since: now, count: 0 }
    if (this.#wrong.count < maxWrongPerWindow) return
    const retryAfterMs = this.#wrong.since + windowMs - now
    throw new LumosError('rate-limited', 'Too many wrong codes: try again in a minute.', {
      details: { retryAfterMs },
    })
  }
}

async function hashOf(code: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(code)))
}

/** Takes as long for any two of the same length. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  return one.reduce((difference, byte, index) => difference | (byte ^ (other[index] as number)), 0) === 0
}
