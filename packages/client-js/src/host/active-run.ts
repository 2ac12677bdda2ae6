import {
  type Agent,
  type AgentEvent,
  type AgentRunContext,
  type Clock,
  type DataUse,
  isLumosError,
  LumosError,
  type Message,
  type ModelInfo,
  type NodeId,
  type Store,
  type Task,
  type TaskState,
  type TaskStatus,
  type ThreadStore,
  type TokenUsage,
  type UsageGuard,
} from '../contracts/index.ts'
import { abortable, deadlineSignal } from '../core/index.ts'
import { Approvals } from './approvals.ts'
import { threadResource, useBy } from './data-use.ts'
import { RunLog, type StoredEvents } from './run-log.ts'
import { activeKey, approvalPrefix, putRecord, type RunRecord, toTask } from './run-record.ts'

export interface RunServices {
  nodeId: NodeId
  store: Store
  threads: ThreadStore
  usage: UsageGuard
  clock: Clock
  /** Told of errors that are nobody's doing but ours; readers see `internal` only. */
  onError: (error: unknown) => void
}

const maxPendingEvents = 256
const historyLimit = 200

/** One run under way: pumps the agent's events into the log, whoever reads. */
export class ActiveRun {
  readonly record: RunRecord
  readonly log: RunLog
  readonly #agent: Pick<Agent, 'run'>
  readonly #services: RunServices
  readonly #approvals: Approvals
  readonly #ending = new AbortController()
  #usage: TokenUsage = { inputTokens: 0, outputTokens: 0 }
  /** Settles, never rejects, when the run is finished or suspended. */
  done: Promise<void> = Promise.resolve()

  constructor(record: RunRecord, agent: Pick<Agent, 'run'>, services: RunServices, stored?: StoredEvents) {
    this.record = record
    this.log = new RunLog(services.store, record.runId, stored)
    this.#agent = agent
    this.#services = services
    this.#approvals = new Approvals(services.store, record.runId)
  }

  /** Begins, or goes on where the stored events end. */
  start(): void {
    this.done = this.#run()
  }

  /** Nothing but a person's decision can bring it further. */
  get isWaiting(): boolean {
    return this.#approvals.pending.length > 0
  }

  get task(): Task {
    const { status } = this.record
    const pending = status === undefined ? this.#approvals.pending : []
    const state = pending.length > 0 ? 'TASK_STATE_INPUT_REQUIRED' : 'TASK_STATE_WORKING'
    return toTask(this.record, this.log.events, status ?? this.#status(state), pending)
  }

  /** Ends the run for `reason`; with `node-stopping` it is suspended, to go on later. */
  async end(reason: LumosError): Promise<void> {
    this.#ending.abort(reason)
    await this.done
  }

  async approve(...decision: Parameters<Approvals['decide']>): Promise<void> {
    await this.#approvals.decide(...decision)
  }

  async #run(): Promise<void> {
    const { clock } = this.#services
    using deadline = deadlineSignal(clock, this.record.deadline)
    const signal = AbortSignal.any([this.#ending.signal, deadline.signal])
    try {
      const journal = await this.#recover()
      const context = await this.#context(signal, journal)
      for await (const event of abortable(this.#agent.run(this.record.params, context), signal)) {
        await this.#record(event)
      }
      signal.throwIfAborted()
      await this.#finish('TASK_STATE_COMPLETED')
    } catch (error) {
      await this.#fail(signal.aborted ? signal.reason : error)
    }
  }

  /** What the agent yielded before; empty for a new run. */
  async #recover(): Promise<AgentEvent[]> {
    const { runId, threadId, agentId, owner, params } = this.record
    const { nodeId, threads } = this.#services
    await this.#approvals.load()
    const journal = this.log.events.filter(event => event.type !== 'run-started')
    for (const event of journal) this.#follow(event)
    await ensureThread(threads, this.record)
    const said = params.messages.map(message => ({ ...message, contextId: threadId, taskId: runId }))
    await threads.addMessages(owner, threadId, said)
    if (this.log.events.length === 0) {
      this.log.append({ type: 'run-started', runId, threadId, agentId, nodeId })
      await this.log.flush()
    }
    return journal
  }

  async #context(signal: AbortSignal, journal: AgentEvent[]): Promise<AgentRunContext> {
    const { runId, threadId, owner, params } = this.record
    const all = await this.#services.threads.listMessages(owner, threadId, { limit: historyLimit, signal })
    return {
      runId,
      threadId,
      requester: owner,
      signal,
      history: earlierThan(all, params.messages),
      journal,
      useModel: model => this.#useModel(model),
      waitForApproval: toolCallId => this.#approvals.wait(toolCallId),
    }
  }

  async #useModel(model: ModelInfo): Promise<DataUse> {
    const { issuer, owner, place, threadId } = this.record
    const use = useBy({ issuer: issuer ?? owner, owner, place }, ['read', 'inference'], model)
    await this.#services.usage.require(threadResource(owner, threadId), use)
    return use
  }

  async #record(event: AgentEvent): Promise<void> {
    if (event.type === 'run-started' || event.type === 'run-finished') {
      throw new LumosError('internal', `An agent must not yield ${event.type}.`)
    }
    if (event.type === 'message-added') await this.#addToThread(event.message)
    this.#follow(event)
    this.log.append(event)
    // Everything but text is awaited: when the agent goes on to a tool, what led there is durable.
    const mayWait = event.type === 'text-delta' && this.log.pendingCount < maxPendingEvents
    if (!mayWait) await this.log.flush()
  }

  #follow(event: AgentEvent): void {
    if (event.type === 'approval-requested') {
      const { toolCallId, name, arguments: args } = event
      this.#approvals.request({ toolCallId, name, arguments: args })
    } else if (event.type === 'step-finished') {
      this.#usage = {
        inputTokens: this.#usage.inputTokens + event.usage.inputTokens,
        outputTokens: this.#usage.outputTokens + event.usage.outputTokens,
      }
    }
  }

  /** A thread that its owner deleted meanwhile stays deleted. */
  async #addToThread(message: Message): Promise<void> {
    const { owner, threadId } = this.record
    try {
      await this.#services.threads.addMessages(owner, threadId, [message])
    } catch (error) {
      if (!isLumosError(error) || error.code !== 'not-found') throw error
    }
  }

  async #fail(error: unknown): Promise<void> {
    const reason = isLumosError(error) ? error : this.#internal(error)
    try {
      if (reason.code === 'node-stopping' || reason.code === 'storage-failed') {
        await this.log.flush()
        this.log.fail(reason)
      } else if (reason.code === 'run-stopped') await this.#finish('TASK_STATE_CANCELED')
      else await this.#finish('TASK_STATE_FAILED', reason)
    } catch (storageError) {
      // The journal is as it was at the last durable event: the next start goes on from there.
      this.log.fail(isLumosError(storageError) ? storageError : this.#internal(storageError))
    }
  }

  async #finish(state: TaskState, error?: LumosError): Promise<void> {
    const { store } = this.#services
    const status = this.#status(state)
    const last = this.log.events.findLast(event => event.type === 'message-added')
    if (state === 'TASK_STATE_COMPLETED' && last?.type === 'message-added') status.message = last.message
    const operations = [
      putRecord({ ...this.record, status }),
      { type: 'delete' as const, key: activeKey(this.record.runId) },
    ]
    for await (const { key } of store.list({ prefix: approvalPrefix(this.record.runId) })) {
      operations.push({ type: 'delete', key })
    }
    const usage = this.#usage
    await this.log.finish(
      { type: 'run-finished', status, usage, ...(error !== undefined && { error: error.toJSON() }) },
      operations,
    )
    this.record.status = status
  }

  #status(state: TaskState): TaskStatus {
    return { state, timestamp: new Date(this.#services.clock.now()).toISOString() }
  }

  #internal(cause: unknown): LumosError {
    this.#services.onError(cause)
    return new LumosError('internal', 'The agent failed unexpectedly.', { cause })
  }
}

/** A conversation the requester named, and that is not there, begins now. */
async function ensureThread(threads: ThreadStore, { owner, threadId }: RunRecord): Promise<void> {
  try {
    await threads.create(owner, { threadId })
  } catch (error) {
    if (!isLumosError(error) || error.code !== 'conflict') throw error
  }
}

/** The run's own messages, and what came after them, are not its history. */
function earlierThan(messages: Message[], own: Message[]): Message[] {
  const ownIds = new Set(own.map(({ messageId }) => messageId))
  const first = messages.findIndex(({ messageId }) => ownIds.has(messageId))
  return first === -1 ? messages : messages.slice(0, first)
}
