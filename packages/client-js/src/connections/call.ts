import {
  type AbortOptions,
  type Clock,
  type IdempotencyKey,
  isLumosError,
  type LumosError,
  type RunId,
  type ThreadId,
  type UnaryVerb,
  type VerbParams,
  type VerbResult,
} from '../contracts/index.ts'
import { createId, createTraceparent, deadlineSignal, linkedAbort } from '../core/index.ts'
import type { Attempt, Exchange } from './exchange.ts'
import { failureKind } from './failure-kind.ts'
import { noPlaceAvailable } from './no-place-available.ts'
import type { PlaceChoice } from './place-choice.ts'
import type { PlaceLink } from './place-link.ts'
import type { PlaceRouter } from './place-router.ts'

export interface CallOptions extends AbortOptions {
  /** Gives up this many milliseconds from now. @default the client's `timeoutMs` */
  deadlineMs?: number | undefined
  /** @default the client's place */
  place?: PlaceChoice | undefined
}

/** What a call works with. */
export interface CallServices {
  router: PlaceRouter
  exchange: Exchange
  clock: Clock
  stopping: AbortSignal
}

/** Verbs that change nothing, so that it does not matter how many places execute them. */
const readVerbs: ReadonlySet<UnaryVerb> = new Set<UnaryVerb>([
  'node.describe',
  'agent.list',
  'agent.get',
  'run.get',
  'run.record',
  'thread.list',
  'thread.get',
  'message.list',
  'tool.list',
  'model.list',
  'access.list',
  'revocation.list',
  'audit.list',
  'audit.head',
  'audit.inclusion',
  'audit.consistency',
  'usage.list',
  'pairing.get',
  'did.get',
  'adaptation.list',
  'adaptation.export',
  'peer.list',
])

/**
 * One call to a unary verb, until it has its result: waits for a place, retries what a retry can help with the
 * same idempotency key, and goes to another place only when the first cannot have executed it.
 */
export class Call<V extends UnaryVerb> {
  readonly #verb: V
  readonly #params: VerbParams<V>
  readonly #options: CallOptions
  readonly #deadline: number
  readonly #idempotencyKey = createId() as IdempotencyKey
  readonly #traceparent = createTraceparent()
  /** Places that cannot answer this call. */
  readonly #excluded = new Set<PlaceLink>()
  /** The only place allowed once it may have executed the call. */
  #pinned: PlaceLink | undefined
  #failure: LumosError | undefined

  constructor(verb: V, params: VerbParams<V>, options: CallOptions & { deadline: number }) {
    this.#verb = verb
    this.#params = params
    this.#options = options
    this.#deadline = options.deadline
  }

  /** @throws {LumosError} the refusal, or why no place answered before the deadline */
  async run(by: CallServices): Promise<{ value: VerbResult<V>; link: PlaceLink }> {
    using deadline = deadlineSignal(by.clock, this.#deadline)
    using abort = linkedAbort(this.#options.signal, by.stopping, deadline.signal)
    let isSending = false
    try {
      while (true) {
        const links = () => this.#candidates(by.router)
        const link = await by.router.pick({ links, until: this.#deadline, signal: abort.signal })
        if (link === undefined) throw noPlaceAvailable(this.#failure, links().length > 0)
        isSending = true
        try {
          return { value: await by.exchange.result(link, this.#attempt(abort.signal)), link }
        } catch (error) {
          isSending = abort.signal.aborted
          if (abort.signal.aborted || !isLumosError(error)) throw error
          this.#consider(link, error, this.#deadline - by.clock.now())
        }
      }
    } catch (error) {
      // Out of time while nobody answered is another thing than out of time while somebody worked.
      if (error === deadline.signal.reason && !isSending) throw noPlaceAvailable(this.#failure, true)
      throw error
    }
  }

  #attempt(signal: AbortSignal): Attempt<V> {
    return {
      verb: this.#verb,
      params: this.#params,
      deadline: this.#deadline,
      idempotencyKey: this.#idempotencyKey,
      traceparent: this.#traceparent,
      signal,
    }
  }

  #candidates(router: PlaceRouter): PlaceLink[] {
    if (this.#pinned !== undefined) return [this.#pinned]
    const { runId, threadId } = this.#params as { runId?: RunId; threadId?: ThreadId }
    const homeOfRun = router.placeOfRun(runId)
    if (homeOfRun !== undefined) return [homeOfRun].filter(link => !this.#excluded.has(link))
    const links = router.candidates(this.#options.place, router.placeOfThread(threadId))
    return links.filter(link => !this.#excluded.has(link))
  }

  /** Decides what a failure means for the next attempt, or throws it. */
  #consider(link: PlaceLink, error: LumosError, remainingMs: number): void {
    const kind = failureKind(error, remainingMs)
    if (kind === 'final' || (this.#pinned !== undefined && kind === 'not-here')) throw error
    if (kind === 'lost' && !readVerbs.has(this.#verb)) this.#pinned = link
    if (kind === 'not-here') this.#excluded.add(link)
    // The first place that was reached has the say on what does not exist.
    if (this.#failure?.code !== 'not-found') this.#failure = error
  }
}
