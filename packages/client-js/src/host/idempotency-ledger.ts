import {
  type Clock,
  type Did,
  type ErrorDescription,
  type IdempotencyKey,
  isLumosError,
  type JsonValue,
  LumosError,
  type Store,
  type StoreOperation,
  type Verb,
} from '../contracts/index.ts'
import { createId, KeyedLock, maxDeadlineMs, storeKey } from '../core/index.ts'

/** An intention, written down before anything happens. */
interface Claim {
  verb: Verb
  /** Names what the work creates, so that a second attempt after a crash creates the same. */
  id: string
  /** Milliseconds since 1970, UTC. */
  claimedAt: number
  outcome?: { value: JsonValue } | { error: ErrorDescription }
}

export interface Intention {
  issuer: Did
  key: IdempotencyKey
  verb: Verb
}

export interface OnceOptions {
  /** Doing it twice equals doing it once, so that work cut off by a crash is done again. */
  isRepeatable: boolean
}

const prefix = 'idempotency/'

/** Sees that what carries one idempotency key happens once, also after a restart. */
export class IdempotencyLedger {
  readonly #store: Store
  readonly #clock: Clock
  readonly #lock = new KeyedLock()

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /**
   * The id that belongs to an intention: the same for each repeat.
   *
   * @throws {LumosError} `conflict` when the key was used for another verb
   */
  async claim(intention: Intention): Promise<Claim & { isNew: boolean }> {
    const key = keyOf(intention)
    const claim: Claim = { verb: intention.verb, id: createId(), claimedAt: this.#clock.now() }
    if (await this.#store.putIfAbsent(key, claim as unknown as JsonValue)) return { ...claim, isNew: true }
    const existing = (await this.#store.get(key)) as Claim | undefined
    if (existing === undefined) return this.claim(intention)
    if (existing.verb === intention.verb) return { ...existing, isNew: false }
    throw new LumosError('conflict', 'The idempotency key was used for something else: make a new one.')
  }

  /**
   * Settles as `work` did the first time. Repeats at the same time wait for the first.
   *
   * @throws {LumosError} `conflict` when a crash cut off work that must not be repeated
   */
  once(
    intention: Intention,
    options: OnceOptions,
    work: (id: string, isRepeat: boolean) => Promise<JsonValue>,
  ): Promise<JsonValue> {
    return this.exclusively(intention, async () => {
      const claim = await this.claim(intention)
      if (claim.outcome !== undefined) return unfold(claim.outcome)
      if (!claim.isNew && !options.isRepeatable) {
        throw new LumosError(
          'conflict',
          'The node restarted during this call. Whether it took effect is unknown.',
        )
      }
      return this.#settle(intention, claim, () => work(claim.id, !claim.isNew))
    })
  }

  /** Marks a claim's work as done, in one batch with what the work writes. */
  settled(intention: Intention, claim: Claim): StoreOperation {
    const { verb, id, claimedAt } = claim
    return { type: 'put', key: keyOf(intention), value: { verb, id, claimedAt, outcome: { value: null } } }
  }

  /** Runs work of one intention one at a time. */
  exclusively<T>(intention: Intention, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(keyOf(intention), work)
  }

  /** Removes claims that no valid envelope can name any more. */
  async sweep(signal: AbortSignal): Promise<void> {
    const oldest = this.#clock.now() - 2 * maxDeadlineMs
    for await (const { key, value } of this.#store.list({ prefix, signal })) {
      if ((value as unknown as Claim).claimedAt < oldest) await this.#store.delete(key, { signal })
    }
  }

  async #settle(intention: Intention, claim: Claim, work: () => Promise<JsonValue>): Promise<JsonValue> {
    const { verb, id, claimedAt } = claim
    const key = keyOf(intention)
    try {
      const value = await work()
      await this.#store.put(key, { verb, id, claimedAt, outcome: { value } })
      return value
    } catch (error) {
      if (isLumosError(error) && !error.retryable) {
        await this.#store.put(key, { verb, id, claimedAt, outcome: { error: { ...error.toJSON() } } })
      } else {
        // Nothing that counts has happened: a retry may try again.
        await this.#store.delete(key)
      }
      throw error
    }
  }
}

function keyOf({ issuer, key }: Intention): string {
  return storeKey('idempotency', issuer, key)
}

function unfold(outcome: NonNullable<Claim['outcome']>): JsonValue {
  if ('error' in outcome) throw LumosError.from(outcome.error)
  return outcome.value
}
