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
  #client: Promise<LumosClient> | undefined

  constructor(
    readonly kind: PlaceKind,
    initialState: PlaceState,
    open: () => Promise<LumosClient>,
  ) {
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
    try {
      const client = await this.client()
      const startedAt = performance.now()
      const timeout = AbortSignal.timeout(answerMs)
      const node = await client.getNode({ signal: AbortSignal.any(signal ? [signal, timeout] : [timeout]) })
      const latencyMs = Math.round(performance.now() - startedAt)
      this.status.set({ state: 'ready', nodeId: node.nodeId, latencyMs })
      return true
    } catch (error) {
      if (signal?.aborted) return false
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

  /** Closes it, for instance because its address changed; the next use opens it anew. */
  async reset(state: PlaceState): Promise<void> {
    const opened = this.#client
    this.#client = undefined
    this.status.set({ state })
    await opened?.then(client => client.stop()).catch(() => undefined)
  }
}
