import {
  type HostEvent,
  type JsonValue,
  LumosError,
  type Message,
  type MessageId,
  type ModelId,
  type NodeId,
  type RequestEnvelope,
  type RequestHandler,
  type RunEvent,
  type RunId,
  type ThreadId,
  type Verb,
} from '../contracts/index.ts'

/** The answer of a simulated run, word by word. */
export type SimulatedAnswer = (params: RequestEnvelope<'agent.run'>['params']) => string[]

/**
 * A host without models, keys or storage, for tests of what stands before a host: it keeps runs and threads in
 * memory, executes an idempotency key once and counts what it did.
 */
export class SimulatedHost implements RequestHandler {
  readonly runs = new Map<RunId, RunEvent[]>()
  readonly threads = new Map<ThreadId, Message[]>()
  readonly stoppedRuns: RunId[] = []
  /** The arguments of every tool execution. */
  readonly executions: JsonValue[] = []
  /** Awaited before each event of a run; a test may hold a run here. */
  beforeEvent: (event: RunEvent) => Promise<void> = async () => {}
  /** Thrown at the next request instead of an answer. */
  refusal: LumosError | undefined
  readonly #answer: SimulatedAnswer
  readonly #byKey = new Map<string, HostEvent[]>()

  constructor(
    readonly nodeId: NodeId,
    answer: SimulatedAnswer = () => ['one ', 'two ', 'three'],
  ) {
    this.#answer = answer
  }

  async *handle(input: Uint8Array | RequestEnvelope): AsyncGenerator<HostEvent, void> {
    const envelope = input as RequestEnvelope
    const { refusal } = this
    this.refusal = undefined
    if (refusal !== undefined) throw refusal
    const known = this.#byKey.get(envelope.idempotencyKey)
    const events = known ?? this.#execute(envelope)
    this.#byKey.set(envelope.idempotencyKey, events)
    for (const event of events) {
      await this.beforeEvent(event as RunEvent)
      yield event
    }
  }

  /** Loses everything in memory, as a node does that kept nothing. */
  forget(): void {
    this.runs.clear()
    this.threads.clear()
    this.#byKey.clear()
  }

  #execute(envelope: RequestEnvelope): HostEvent[] {
    if (isFor('agent.run', envelope)) return this.#run(envelope.params)
    if (isFor('run.observe', envelope)) {
      const { runId, offset = 0 } = envelope.params
      return (this.runs.get(runId) ?? notFound()).filter(({ id }) => id > offset)
    }
    return [{ id: 1, type: 'result', value: this.#result(envelope) }]
  }

  #result(envelope: RequestEnvelope): JsonValue {
    if (isFor('tool.call', envelope)) {
      this.executions.push(envelope.params.arguments)
      return { result: this.executions.length }
    }
    if (isFor('thread.create', envelope)) {
      const threadId = envelope.params.threadId ?? (`thread-${this.threads.size + 1}` as ThreadId)
      if (this.threads.has(threadId)) throw new LumosError('conflict', 'It is there already.')
      this.threads.set(threadId, [])
      return { threadId, createdAt: '', updatedAt: '' }
    }
    if (isFor('message.add', envelope)) {
      this.#add(envelope.params.threadId, envelope.params.messages)
      return {}
    }
    if (isFor('run.stop', envelope)) {
      if (!this.runs.has(envelope.params.runId)) return notFound()
      this.stoppedRuns.push(envelope.params.runId)
      return { id: envelope.params.runId }
    }
    if (isFor('agent.list', envelope)) return { agents: [] }
    return notFound()
  }

  #add(threadId: ThreadId, messages: Message[]): void {
    const thread = this.threads.get(threadId) ?? notFound()
    for (const message of messages) {
      if (!thread.some(({ messageId }) => messageId === message.messageId)) thread.push(message)
    }
  }

  #run(params: RequestEnvelope<'agent.run'>['params']): RunEvent[] {
    if (params.threadId !== undefined && !this.threads.has(params.threadId)) notFound()
    const threadId = params.threadId ?? (`thread-of-${this.runs.size + 1}` as ThreadId)
    if (!this.threads.has(threadId)) this.threads.set(threadId, [])
    this.#add(threadId, params.messages)
    const runId = `run-${this.runs.size + 1}-at-${this.nodeId.slice(-6)}` as RunId
    const messageId = `answer-of-${runId}` as MessageId
    const words = this.#answer(params)
    const message: Message = { messageId, role: 'ROLE_AGENT', parts: [{ text: words.join('') }] }
    const usage = { inputTokens: 1, outputTokens: words.length }
    const status = { state: 'TASK_STATE_COMPLETED', timestamp: '' } as const
    const events: RunEvent[] = [
      { id: 0, type: 'run-started', runId, threadId, agentId: params.agentId, nodeId: this.nodeId },
      { id: 0, type: 'step-started', step: 1, modelId: 'simulated' as ModelId, engine: 'scripted' },
      ...words.map(text => ({ id: 0, type: 'text-delta', messageId, text }) as const),
      { id: 0, type: 'message-added', message },
      { id: 0, type: 'step-finished', step: 1, usage, finishReason: 'stop' },
      { id: 0, type: 'run-finished', status, usage },
    ]
    events.forEach((event, index) => {
      event.id = index + 1
    })
    this.runs.set(runId, events)
    this.#add(threadId, [message])
    return events
  }
}

function isFor<V extends Verb>(verb: V, envelope: RequestEnvelope): envelope is RequestEnvelope<V> {
  return envelope.verb === verb
}

function notFound(): never {
  throw new LumosError('not-found', 'The simulated host does not have it.')
}
