import {
  type AbortOptions,
  type Clock,
  type ErrorCode,
  isLumosError,
  LumosError,
  type PrincipalDid,
  type RevocationList,
  type RevocationSource,
} from '../../contracts/index.ts'
import { deadlineSignal, linkedAbort, raceSignal } from '../../core/index.ts'
import type { RevocationFreshness } from '../chain/index.ts'

export interface FollowedSource {
  source: RevocationSource
  /** Whose revocations it is relied on for. @default everybody's but the node's own */
  issuers?: readonly PrincipalDid[]
}

export interface RevocationSyncOptions {
  list: RevocationList
  sources: readonly FollowedSource[]
  clock: Clock
  /** @default 30,000 */
  intervalMs?: number
  /** How old what is known may be; after that, permissions that others passed on are refused. @default 300,000 */
  maxStalenessMs?: number
  /** How long one reading of a source may take. @default 20,000 */
  timeoutMs?: number
  /** A source could not be read, or held what is no revocation. */
  onError?: (error: unknown, source: RevocationSource) => void
}

/** What a source may hold that is left out, as a forgery changes nothing. All else means that it was not read. */
const passedOver: readonly ErrorCode[] = ['invalid-proof', 'invalid-request', 'malformed-frame', 'too-large']

/** So many pages are read at once, lest a source never ends. */
const maxPages = 1000

interface Followed extends FollowedSource {
  /** Where reading goes on. From the start in each process, as a source may have begun anew. */
  cursor: string | undefined
  /** When the last reading that came to the end began. */
  freshAt: number | undefined
  running: Promise<void> | undefined
  cancelTimer: () => void
}

/** Keeps a list up to date with what others revoke, and says whose revocations it knows freshly enough. */
export class RevocationSync implements RevocationFreshness {
  readonly #options: RevocationSyncOptions
  readonly #followed: Followed[]
  #stopping = new AbortController()
  #isStarted = false

  constructor(options: RevocationSyncOptions) {
    this.#options = options
    this.#followed = options.sources.map(followed => ({
      ...followed,
      cursor: undefined,
      freshAt: undefined,
      running: undefined,
      cancelTimer: () => {},
    }))
  }

  /** Reads each source now and then every `intervalMs`. Idempotent. */
  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#stopping = new AbortController()
    for (const followed of this.#followed) this.#keepReading(followed)
  }

  /** Resolves when nothing reads any more. Idempotent. */
  async stop(): Promise<void> {
    this.#isStarted = false
    this.#stopping.abort(new LumosError('node-stopping', 'The node stops.'))
    for (const { cancelTimer } of this.#followed) cancelTimer()
    await Promise.allSettled(this.#followed.map(({ running }) => running))
  }

  /** Resolves when each source was read to its end or could not be. */
  async syncNow({ signal }: AbortOptions = {}): Promise<void> {
    const all = Promise.all(this.#followed.map(followed => this.#read(followed)))
    await raceSignal(all, signal)
  }

  isFresh(issuer: PrincipalDid): boolean {
    const now = this.#options.clock.now()
    return this.#followed.every(followed => !covers(followed, issuer) || this.#isRecent(followed, now))
  }

  /** A clock that was put back makes nothing fresh. */
  #isRecent({ freshAt }: Followed, now: number): boolean {
    const { maxStalenessMs = 300_000 } = this.#options
    return freshAt !== undefined && now >= freshAt && now - freshAt <= maxStalenessMs
  }

  #keepReading(followed: Followed): void {
    const { clock, intervalMs = 30_000 } = this.#options
    void this.#read(followed).then(() => {
      if (!this.#isStarted) return
      followed.cancelTimer = clock.setTimer(intervalMs, () => this.#keepReading(followed))
    })
  }

  /** Never rejects. One reading at a time; who comes meanwhile waits for it. */
  #read(followed: Followed): Promise<void> {
    followed.running ??= this.#readToEnd(followed)
      .catch(error => {
        if (!this.#stopping.signal.aborted) this.#options.onError?.(error, followed.source)
      })
      .finally(() => {
        followed.running = undefined
      })
    return followed.running
  }

  async #readToEnd(followed: Followed): Promise<void> {
    const { clock, timeoutMs = 20_000 } = this.#options
    const startedAt = clock.now()
    using deadline = deadlineSignal(clock, startedAt + timeoutMs)
    using linked = linkedAbort(this.#stopping.signal, deadline.signal)
    const { signal } = linked
    for (let page = 0; page < maxPages; page++) {
      const read = followed.source.fetch(followed.cursor, { signal })
      const { tokens, cursor, hasMore } = await raceSignal(read, signal)
      for (const token of tokens) await this.#add(token, followed.source, signal)
      followed.cursor = cursor
      if (hasMore) continue
      // What was revoked while we read may be missing.
      followed.freshAt = startedAt
      return
    }
    throw new LumosError(
      'too-large',
      `${followed.source.name} has more pages of revocations than ${maxPages}.`,
    )
  }

  async #add(token: string, source: RevocationSource, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.list.add(token, { signal })
    } catch (error) {
      if (!isLumosError(error) || !passedOver.includes(error.code)) throw error
      this.#options.onError?.(error, source)
    }
  }
}

function covers({ issuers }: FollowedSource, issuer: PrincipalDid): boolean {
  return issuers === undefined || issuers.includes(issuer)
}
