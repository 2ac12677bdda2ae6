import {
  type AgentRunParams,
  type Clock,
  type IdempotencyKey,
  isLumosError,
  isRunFinished,
  LumosError,
  type Message,
  type Place,
  type RunEvent,
  type RunId,
  type ThreadId,
} from '../contracts/index.ts'
import { createId, createTraceparent, deadlineSignal, linkedAbort } from '../core/index.ts'
import type { ConversationLog } from './conversation-log.ts'
import type { Exchange } from './exchange.ts'
import { failureKind } from './failure-kind.ts'
import { keptFromPlaces, mayInferAt } from './may-infer-at.ts'
import { noPlaceAvailable } from './no-place-available.ts'
import type { PlaceChoice } from './place-choice.ts'
import type { PlaceLink } from './place-link.ts'
import type { PlaceRouter } from './place-router.ts'
import { observeRun, startRun } from './run-attempts.ts'

/** How long after the deadline the host's own last event may still arrive. */
const graceMs = 5000

export interface RunReaderOptions {
  /** The run to start; absent to read one that exists. */
  params?: AgentRunParams
  /** The run to read, from the event after `offset`. */
  runId?: RunId
  offset?: number
  /** Milliseconds since 1970, UTC. */
  deadline: number
  place?: PlaceChoice | undefined
  /** How long the run's place may be away before the run starts again elsewhere. */
  resumeTimeoutMs: number
}

/** What a reader needs of the connections around it. */
export interface RunReaderContext {
  router: PlaceRouter
  exchange: Exchange
  conversations: ConversationLog
  clock: Clock
  stopping: AbortSignal
  onMoved(move: {
    from: PlaceLink
    to: PlaceLink
    runId: RunId | undefined
    cause: LumosError | undefined
  }): void
}

/**
 * Reads one run to its end, over as many connections as that takes, and starts it before when asked to.
 *
 * A reader whose connection broke goes on at the same place behind the last event. When the place stays away, or
 * has forgotten the run, the run starts again: a new `run-started` follows, with ids from 1.
 */
export class RunReader {
  readonly #options: RunReaderOptions
  readonly #context: RunReaderContext
  readonly #traceparent = createTraceparent()
  /** Places that cannot start or do not know this run. */
  readonly #excluded = new Set<PlaceLink>()
  readonly #added: Message[] = []
  #idempotencyKey = createId() as IdempotencyKey
  /** Where the run is, or may be. */
  #home: PlaceLink | undefined
  #runId: RunId | undefined
  #threadId: ThreadId | undefined
  #lastId: number
  #lostAt: number | undefined
  #failure: LumosError | undefined
  #wasForgotten = false
  /** Why some places are left out. */
  #kept: LumosError | undefined
  #isFinished = false

  constructor(options: RunReaderOptions, context: RunReaderContext) {
    this.#options = options
    this.#context = context
    this.#runId = options.runId
    this.#threadId = options.params?.threadId
    this.#lastId = options.offset ?? 0
    this.#home = context.router.placeOfRun(options.runId)
  }

  get place(): Place | undefined {
    return this.#home?.place
  }

  /**
   * The events not yet read. Leaving or aborting stops reading, not the run; reading again later goes on where
   * this ended.
   *
   * @throws {LumosError} the refusal; `no-place-available`; `deadline-exceeded`
   */
  async *read(signal?: AbortSignal): AsyncGenerator<RunEvent, void> {
    const { clock, stopping } = this.#context
    using deadline = deadlineSignal(clock, this.#options.deadline + graceMs)
    using abort = linkedAbort(signal, stopping, deadline.signal)
    while (!this.#isFinished) {
      const link = await this.#nextPlace(abort.signal)
      try {
        yield* this.#readAt(link, abort.signal)
      } catch (error) {
        if (abort.signal.aborted || !isLumosError(error)) throw error
        this.#consider(link, error)
      }
    }
  }

  /** The same place until it was away too long, then whichever answers. */
  async #nextPlace(signal: AbortSignal): Promise<PlaceLink> {
    const { router, clock } = this.#context
    const { deadline, resumeTimeoutMs, params } = this.#options
    const home = this.#home
    if (home !== undefined) {
      if (!home.canTry) this.#lostAt ??= clock.now()
      const until = Math.min(deadline, (this.#lostAt ?? deadline) + resumeTimeoutMs)
      const same = await router.pick({ links: () => [home], until, signal })
      if (same !== undefined) return same
    }
    const links = () => (home !== undefined && params === undefined ? [home] : this.#candidates())
    const link = await router.pick({ links, until: deadline, signal })
    if (link === undefined) throw this.#noPlace(links().length > 0)
    return link
  }

  /** Once the run has been at a place, that place comes last. */
  #candidates(): PlaceLink[] {
    const { router, conversations, clock } = this.#context
    const links = router.candidates(this.#options.place, router.placeOfThread(this.#threadId))
    const usage = conversations.usage(this.#threadId)
    const allowed = links.filter(link => mayInferAt(usage, link.place, clock.now()))
    if (allowed.length < links.length && usage !== undefined)
      this.#kept = keptFromPlaces(this.#threadId as ThreadId)
    const others = allowed.filter(link => link !== this.#home && !this.#excluded.has(link))
    return this.#home === undefined ? others : [...others, this.#home]
  }

  async *#readAt(link: PlaceLink, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    const isMove = this.#home !== undefined && link !== this.#home
    const idempotencyKey = isMove ? (createId() as IdempotencyKey) : this.#idempotencyKey
    const runId = isMove && this.#options.params !== undefined ? undefined : this.#runId
    const events =
      runId === undefined ? this.#start(link, idempotencyKey, signal) : this.#observe(link, runId, signal)
    try {
      for await (const event of events) {
        this.#settle(link, idempotencyKey)
        this.#note(link, event)
        yield event
      }
    } catch (error) {
      const mayRun = runId === undefined && isLumosError(error) && failureKind(error) === 'lost'
      if (mayRun) this.#settle(link, idempotencyKey)
      throw error
    }
  }

  #observe(link: PlaceLink, runId: RunId, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    const deadline = this.#options.deadline + graceMs
    const attempt = { deadline, traceparent: this.#traceparent, signal, exchange: this.#context.exchange }
    return observeRun(link, { runId, offset: this.#lastId }, attempt)
  }

  #start(
    link: PlaceLink,
    idempotencyKey: IdempotencyKey,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent, void> {
    const { exchange, conversations, router } = this.#context
    const params = { ...(this.#options.params as AgentRunParams) }
    if (this.#threadId !== undefined) params.threadId = this.#threadId
    const hasThread = (router.placeOfThread(this.#threadId) ?? link) === link && !this.#wasForgotten
    const start = { params, idempotencyKey, threadToBring: hasThread ? undefined : this.#threadId }
    const { deadline } = this.#options
    const attempt = { deadline, traceparent: this.#traceparent, signal, exchange, conversations }
    return startRun(link, start, attempt)
  }

  /** The run is at `link` now, or may be. */
  #settle(link: PlaceLink, idempotencyKey: IdempotencyKey): void {
    if (link === this.#home) return
    const from = this.#home
    const runId = this.#runId
    this.#home = link
    this.#idempotencyKey = idempotencyKey
    this.#lostAt = undefined
    if (from === undefined) return
    this.#context.onMoved({ from, to: link, runId, cause: this.#failure })
    this.#restart()
  }

  #restart(): void {
    this.#runId = undefined
    this.#lastId = 0
    this.#added.length = 0
  }

  #note(link: PlaceLink, event: RunEvent): void {
    const { router, conversations } = this.#context
    this.#lostAt = undefined
    this.#lastId = event.id
    if (event.type === 'run-started') {
      this.#runId = event.runId
      this.#threadId = event.threadId
    }
    router.placed(link, { runId: this.#runId, threadId: this.#threadId })
    if (event.type === 'message-added') this.#added.push(event.message)
    if (!isRunFinished(event)) return
    this.#isFinished = true
    if (this.#threadId === undefined) return
    conversations.add(this.#threadId, [...(this.#options.params?.messages ?? []), ...this.#added])
  }

  /** Decides what a failure means for the next attempt, or throws it. */
  #consider(link: PlaceLink, error: LumosError): void {
    const { clock } = this.#context
    const kind = failureKind(error, this.#options.deadline - clock.now())
    if (kind === 'final') throw error
    if (kind === 'not-here') {
      const isForgotten =
        link === this.#home && this.#runId !== undefined && this.#options.params !== undefined
      if (isForgotten) {
        this.#idempotencyKey = createId() as IdempotencyKey
        this.#wasForgotten = true
        this.#restart()
      } else {
        this.#excluded.add(link)
        if (link === this.#home) this.#home = undefined
      }
    } else if (this.#home !== undefined) {
      this.#lostAt ??= clock.now()
    }
    if (this.#failure?.code !== 'not-found') this.#failure = error
  }

  #noPlace(hasPlaces: boolean): LumosError {
    const { clock } = this.#context
    if (this.#home !== undefined && clock.now() >= this.#options.deadline) {
      const message = 'The deadline passed while the place of the run was away.'
      return new LumosError('deadline-exceeded', message, { cause: this.#failure })
    }
    if (!hasPlaces && this.#kept !== undefined) return this.#kept
    return noPlaceAvailable(this.#failure, hasPlaces)
  }
}
