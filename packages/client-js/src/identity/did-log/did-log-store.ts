import {
  type AbortOptions,
  type Clock,
  type Did,
  type DidLogKeeper,
  isLumosError,
  LumosError,
  type Store,
  type Verifier,
} from '../../contracts/index.ts'
import { createSystemClock, KeyedLock } from '../../core/index.ts'
import { createVerifier } from '../create-verifier.ts'
import { FreshCache } from '../fresh-cache.ts'
import { compareDidLogs } from './choose-did-log.ts'
import { recoveryWindowMs } from './did-log-limits.ts'
import { DidLogRecords, type KnownDidLog } from './did-log-records.ts'
import type { DidLogSource } from './did-log-source.ts'
import type { DidLogState } from './did-log-state.ts'
import type { DidLog, LumosDid } from './did-operation.ts'
import { lastState, type VerifiedDidLog, verifiedDidLog } from './verify-did-log.ts'

export interface DidLogStoreOptions {
  /** Where logs are kept. */
  store: Store
  /** Who else may have logs, and newer ones. @default nobody: what lies in `store` counts as current */
  sources?: readonly DidLogSource[]
  /** @default the machine's */
  clock?: Clock
  /** @default a new one */
  verifier?: Verifier
  /** How many states stay ready. @default 1024 */
  maxCachedStates?: number
}

export interface DidLogStateOptions extends AbortOptions {
  /**
   * How long ago the sources, or the store where there are none, were asked at the most, in milliseconds.
   * @default 300000
   */
  maxAgeMs?: number
}

/** Logs known here: each may grow, never shrink, and is replaced only by the rule of forks. */
export class DidLogStore implements DidLogKeeper {
  readonly #records: DidLogRecords
  readonly #sources: readonly DidLogSource[]
  readonly #clock: Clock
  readonly #verifier: Verifier
  readonly #lock = new KeyedLock()
  readonly #states: FreshCache<LumosDid, DidLogState>

  constructor(options: DidLogStoreOptions) {
    this.#verifier = options.verifier ?? createVerifier()
    this.#clock = options.clock ?? createSystemClock()
    this.#records = new DidLogRecords(options.store, this.#verifier)
    this.#sources = options.sources ?? []
    this.#states = new FreshCache(this.#clock, options.maxCachedStates ?? 1024)
  }

  /** The log as it is known here. */
  async log(did: LumosDid, options?: AbortOptions): Promise<DidLog | undefined> {
    return (await this.#records.read(did, options)).known?.log
  }

  /**
   * What a DID's log says now: at once when it was asked for lately.
   *
   * @throws {LumosError} `not-found` when nobody has the log; `identity-unavailable` (retryable) when no source could be
   *   asked in time
   */
  state(did: LumosDid, options: DidLogStateOptions = {}): DidLogState | Promise<DidLogState> {
    const { signal, maxAgeMs = 300_000 } = options
    return this.#states.get(did, maxAgeMs, shared => this.#current(did, shared), signal)
  }

  /**
   * Takes in a log from anybody: a device of its owner, a peer, a source. Resolves to what is known afterwards, which
   * is more than `log` says when that is an older copy.
   *
   * @param options.by - whose it must be: a key that it names, now or once
   * @throws {LumosError} `forbidden` for a log of others than `by`; `conflict` for a branch that loses, or that would undo what was known here for 72 hours;
   *   `invalid-request`, `too-large`, `invalid-proof` for a log that does not hold
   * @see spec/did-lumos.md#forks
   */
  async offer(log: unknown, options: AbortOptions & { by?: Did } = {}): Promise<DidLogState> {
    const { by, ...waiting } = options
    const offered = await verifiedDidLog(log, { ...waiting, verifier: this.#verifier })
    const { did, namedKeys } = lastState(offered)
    if (by !== undefined && !namedKeys.has(by)) {
      throw new LumosError('forbidden', 'Only who is named in a DID log may hand it in.')
    }
    return this.#lock.run(did, () => this.#merge(did, offered, waiting))
  }

  /** Forgets a log, and with it which operations it must hold: for a person who settled a conflict. */
  async forget(did: LumosDid, options?: AbortOptions): Promise<void> {
    await this.#lock.run(did, () => this.#records.delete(did, options))
    this.#states.delete(did)
  }

  async #merge(did: LumosDid, offered: VerifiedDidLog, options: AbortOptions): Promise<DidLogState> {
    const { known, keys } = await this.#records.read(did, options)
    const merged = this.#merged(known, offered)
    const state = lastState(merged)
    if (merged !== known) {
      await this.#records.write(did, merged, keys, options)
      this.#states.replace(did, state)
    }
    return state
  }

  #merged(known: KnownDidLog | undefined, offered: VerifiedDidLog): KnownDidLog {
    const now = this.#clock.now()
    if (known === undefined) return { ...offered, seenAt: offered.log.map(() => now) }
    const { relation, sharedCount, winner } = compareDidLogs(known, offered)
    if (relation === 'same' || relation === 'behind') return known
    if (winner === known) throw conflict('it lost against the log known here: go on from that one')
    const isFinal = known.seenAt.slice(sharedCount).some(seenAt => seenAt <= now - recoveryWindowMs)
    if (isFinal) throw conflict('it would undo what has been known here for 72 hours or longer')
    const seenAt = offered.log.map((_, index) =>
      index < sharedCount ? (known.seenAt[index] as number) : now,
    )
    return { ...offered, seenAt }
  }

  async #current(did: LumosDid, signal: AbortSignal): Promise<DidLogState> {
    if (this.#sources.length > 0) return this.#refresh(did, signal)
    const { known } = await this.#records.read(did, { signal })
    if (known === undefined) throw new LumosError('not-found', `No log of ${did} is known here.`)
    return lastState(known)
  }

  /** Asks every source: one that has all we know, or more, makes the state fresh. */
  async #refresh(did: LumosDid, signal: AbortSignal): Promise<DidLogState> {
    const answers = await Promise.allSettled(this.#sources.map(source => this.#ask(source, did, signal)))
    signal.throwIfAborted()
    const heads = answers.map(answer => (answer.status === 'fulfilled' ? answer.value : undefined))
    const { known } = await this.#records.read(did, { signal })
    if (known === undefined && answers.every(answer => answer.status === 'fulfilled')) {
      throw new LumosError('not-found', `Nobody has a log of ${did}.`)
    }
    const state = known && lastState(known)
    if (state === undefined || !heads.includes(state.head)) {
      throw new LumosError('identity-unavailable', `No source could tell the newest log of ${did}.`, {
        retryable: true,
        cause: answers.find(answer => answer.status === 'rejected')?.reason,
      })
    }
    return state
  }

  /** The head of what a source has, or undefined when it has nothing. */
  async #ask(source: DidLogSource, did: LumosDid, signal: AbortSignal): Promise<string | undefined> {
    const log = await source.fetch(did, { signal })
    if (log === undefined) return undefined
    const verified = await verifiedDidLog(log, { did, signal, verifier: this.#verifier })
    try {
      await this.#lock.run(did, () => this.#merge(did, verified, { signal }))
    } catch (error) {
      if (!isLumosError(error) || error.code !== 'conflict') throw error
      // A source on a losing branch is one that does not have what we know.
      throw new LumosError('conflict', `${source.name} has a log of ${did} that cannot be followed.`, {
        cause: error,
      })
    }
    return lastState(verified).head
  }
}

function conflict(why: string): LumosError {
  return new LumosError('conflict', `The offered DID log is not followed: ${why}.`)
}
