import {
  type ErrorDescription,
  type LumosClient,
  LumosError,
  type NodeId,
  type PlaceKind,
} from '@lomusai/client-js'
import { Observable } from '../observable.ts'
import { describeError } from './describe-error.ts'

/**
 * `idle`: starts when first used. `not-set-up`: nothing to dial. `unreachable`: it did not answer.
 * `failed`: it could not start here.
 */
export type PlaceState = 'idle' | 'connecting' | 'ready' | 'unreachable' | 'not-set-up' | 'failed'

export interface PlaceStatus {
  state: PlaceState
  nodeId?: NodeId
  /** Round trip of the last check. */
  latencyMs?: number
  error?: ErrorDescription
}

export const placeKinds = ['local', 'cloud', 'peer'] as const satisfies PlaceKind[]

/** A place that takes longer to say who it is does not answer. */
const answerMs = 5000

/** Waiting ended without a word from the node. */
function unreachable(error: unknown): ErrorDescription {
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
  if (!isTimeout) return describeError(error)
  return { code: 'dial-failed', message: `No answer within ${answerMs / 1000} s`, retryable: true }
}

/** One place an agent can run in, opened when first used. */
export class Place {
  readonly status: Observable<PlaceStatus>
  readonly #open: () => Promise<LumosClient>
  readonly #introduce: (client: LumosClient, signal: AbortSignal) => Promise<unknown>
  #client: Promise<LumosClient> | undefined
  /** Whether the node was told who we are, since that changed last. */
  #isIntroduced = false

  constructor(
    readonly kind: PlaceKind,
    initialState: PlaceState,
    open: () => Promise<LumosClient>,
    /** Tells the node who we are, before anything else is asked. May fail: it is tried again with the next check. */
    introduce: (client: LumosClient, signal: AbortSignal) => Promise<unknown> = async () => undefined,
  ) {
    this.#introduce = introduce
    this.status = new Observable<PlaceStatus>({ state: initialState })
    this.#open = open
  }

  /** Resolves to the client of this place; concurrent calls share one start, and a failed one is forgotten. */
  client(): Promise<LumosClient> {
    if (this.#client !== undefined) return this.#client
    this.status.set({ state: 'connecting' })
    const opening = this.#open()
    this.#client = opening
    opening.then(
      () => this.check(),
      error => {
        if (this.#client !== opening) return
        this.#client = undefined
        this.status.set({ state: 'failed', error: describeError(error) })
      },
    )
    return opening
  }

  /** Asks the node who it is. Resolves to whether it answered, and keeps the round trip. */
  async check(signal?: AbortSignal): Promise<boolean> {
    const opening = this.client()
    try {
      const client = await opening
      const startedAt = performance.now()
      const timeout = AbortSignal.timeout(answerMs)
      const life = AbortSignal.any(signal ? [signal, timeout] : [timeout])
      const node = await client.getNode({ signal: life })
      const latencyMs = Math.round(performance.now() - startedAt)
      if (!this.#isIntroduced) await this.#introduceTo(client, life)
      if (this.#client !== opening) return false
      this.status.set({ state: 'ready', nodeId: node.nodeId, latencyMs })
      return true
    } catch (error) {
      if (signal?.aborted || (this.#client !== undefined && this.#client !== opening)) return false
      if (this.status.get().state !== 'failed') {
        this.status.set({ state: 'unreachable', error: unreachable(error) })
      }
      return false
    }
  }

  /**
   * Resolves to the client once the place is known to answer.
   *
   * @throws {LumosError} `dial-failed`, or why the place could not start
   */
  async reach(signal?: AbortSignal): Promise<LumosClient> {
    if (this.status.get().state !== 'ready' && !(await this.check(signal))) {
      signal?.throwIfAborted()
      const { error } = this.status.get()
      throw error === undefined ? new LumosError('dial-failed', 'No node answered') : LumosError.from(error)
    }
    return this.client()
  }

  /** Tells the node anew who we are: at once where it answers, otherwise when it does. */
  async introduceAgain(): Promise<void> {
    this.#isIntroduced = false
    if (this.status.get().state === 'ready') await this.check()
  }

  /** Closes it, for instance because its address changed; the next use opens it anew. */
  async reset(state: PlaceState): Promise<void> {
    const opened = this.#client
    this.#client = undefined
    this.#isIntroduced = false
    this.status.set({ state })
    await opened?.then(client => client.stop()).catch(() => undefined)
  }

  async #introduceTo(client: LumosClient, signal: AbortSignal): Promise<void> {
    try {
      await this.#introduce(client, signal)
      this.#isIntroduced = true
    } catch {
      // The node answers, and what needs no name works. The next check tries again.
    }
  }
}
