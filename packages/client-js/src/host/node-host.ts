import { randomBytes } from '#platform'
import {
  type AbortOptions,
  type Clock,
  type HostEvent,
  isLumosError,
  LumosError,
  type NodeId,
  type NodeInfo,
  type RequestContext,
  type RequestEnvelope,
  type RequestHandler,
  type Store,
  type Verifier,
} from '../contracts/index.ts'
import { raceSignal } from '../core/index.ts'
import { type Answer, AnswerEvents } from './answer-events.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { DescribedHost } from './described-host.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { EarlyIssuers } from './early-issuers.ts'
import { type Admission, type Gate, isPromise } from './gate.ts'
import type { IdempotencyLedger } from './idempotency-ledger.ts'
import { type ProvenRequest, ProvenSession } from './proven-session.ts'
import type { Runs } from './runs.ts'
import { sweepFinishedRuns } from './sweep-finished-runs.ts'

export interface NodeHostOptions {
  nodeId: NodeId
  gate: Gate
  audit?: AuditTrail | undefined
  dispatcher: Dispatcher
  runs: Runs
  ledger: IdempotencyLedger
  early: EarlyIssuers
  store: Store
  clock: Clock
  describe(): NodeInfo
  maxFinishedRuns: number
  /** Checks statements that begin session proofs. Absent: every request must be signed. */
  sessionVerifier?: Verifier | undefined
  /** Removes data that has ended by its usage policy. */
  removeEnded(signal: AbortSignal): Promise<void>
  onError(error: unknown): void
}

const defaultGraceMs = 5000
const requestsPerSweep = 512
/** A node with little to do tidies at the first request after this. A timer would keep a process from ending. */
const sweepIntervalMs = 60 * 60 * 1000

/** Ties door, verbs and runs together, from start to stop. */
export class NodeHost implements DescribedHost {
  readonly nodeId: NodeId
  readonly openSession?: NonNullable<RequestHandler['openSession']>
  readonly #options: NodeHostOptions
  #shutdown = new AbortController()
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #sweeping: Promise<void> = Promise.resolve()
  #requestsSinceSweep = 0
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(options: NodeHostOptions) {
    this.nodeId = options.nodeId
    this.#options = options
    const { nodeId, clock, sessionVerifier: verifier } = options
    if (verifier === undefined) return
    this.openSession = context =>
      new ProvenSession({
        ...{ nodeId, clock, verifier, context, challenge: randomBytes(32) },
        answer: (proven, { signal }) => this.#answerProven(proven, { ...context, ...(signal && { signal }) }),
      })
  }

  describe(): NodeInfo {
    return this.#options.describe()
  }

  async start(options: AbortOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    await this.#stopping
    if (this.#starting === undefined) {
      this.#shutdown = new AbortController()
      this.#stopping = undefined
      this.#starting = this.#resume().catch(error => {
        this.#starting = undefined
        throw error
      })
    }
    await raceSignal(this.#starting, options.signal)
  }

  stop(options: { graceMs?: number } = {}): Promise<void> {
    this.#stopping ??= this.#stop(options.graceMs ?? defaultGraceMs)
    return this.#stopping
  }

  handle(input: Uint8Array | RequestEnvelope, context: RequestContext): AsyncIterableIterator<HostEvent> {
    return this.#events(context, () => this.#answer(context, () => this.#options.gate.admit(input, context)))
  }

  #answerProven(
    proven: ProvenRequest | LumosError,
    context: RequestContext,
  ): AsyncIterableIterator<HostEvent> {
    if (isLumosError(proven)) return this.#events(context, () => Promise.reject(proven))
    const { issuer, request } = proven
    const admit = () => this.#options.gate.admitFrom(issuer, request, context)
    return this.#events(context, () => this.#answer(context, admit))
  }

  #events({ signal }: RequestContext, begin: () => Promise<Answer>): AsyncIterableIterator<HostEvent> {
    return new AnswerEvents({
      begin,
      explain: error => {
        if (signal?.aborted) return signal.reason
        return isLumosError(error) ? error : this.#internal(error)
      },
    })
  }

  async #answer(context: RequestContext, admit: () => Admission | Promise<Admission>): Promise<Answer> {
    context.signal?.throwIfAborted()
    this.#assertOpen()
    // A host that nobody started starts with its first request.
    if (this.#starting === undefined) await this.start({ signal: context.signal })
    else await this.#starting
    const admitting = admit()
    const admission = isPromise(admitting) ? await raceSignal(admitting, context.signal) : admitting
    this.#assertOpen()
    this.#sweepNowAndThen()
    return this.#options.dispatcher.answer(admission, context, this.#shutdown.signal)
  }

  async #resume(): Promise<void> {
    await this.#options.early.load()
    await this.#options.runs.resume()
    this.#sweep()
  }

  async #stop(graceMs: number): Promise<void> {
    await this.#starting?.catch(() => {})
    const { runs, dispatcher, clock } = this.#options
    const grace = new AbortController()
    const cancel = clock.setTimer(graceMs, () => grace.abort())
    const expired = new Promise(resolve => grace.signal.addEventListener('abort', resolve, { once: true }))
    if (graceMs <= 0) grace.abort()
    await Promise.all([runs.suspend(grace.signal), Promise.race([dispatcher.idle(), expired])])
    cancel()
    this.#shutdown.abort(nodeStopping())
    await dispatcher.idle()
    await this.#options.audit?.idle()
    await this.#sweeping
    this.#starting = undefined
  }

  #assertOpen(): void {
    if (this.#stopping !== undefined) throw nodeStopping()
  }

  #sweepNowAndThen(): void {
    const isDue = this.#options.clock.now() - this.#sweptAt >= sweepIntervalMs
    if (++this.#requestsSinceSweep >= requestsPerSweep || isDue) this.#sweep()
  }

  /** In the background: nobody waits for it, and the next one does what this one could not. */
  #sweep(): void {
    this.#requestsSinceSweep = 0
    const { store, ledger, early, clock, maxFinishedRuns, onError, removeEnded } = this.#options
    this.#sweptAt = clock.now()
    const { signal } = this.#shutdown
    this.#sweeping = this.#sweeping
      .then(async () => {
        await sweepFinishedRuns(store, maxFinishedRuns, signal)
        await ledger.sweep(signal)
        await early.sweep(clock.now(), signal)
        await removeEnded(signal)
      })
      .catch(error => {
        if (!signal.aborted) onError(error)
      })
  }

  #internal(cause: unknown): LumosError {
    this.#options.onError(cause)
    return new LumosError('internal', 'The node failed unexpectedly.', { cause })
  }
}

function nodeStopping(): LumosError {
  return new LumosError('node-stopping', 'The node is stopping. Try again when it is back.')
}
