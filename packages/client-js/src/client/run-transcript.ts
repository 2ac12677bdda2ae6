import {
  type AnswerRoute,
  type Device,
  type EngineKind,
  type ErrorDescription,
  type FinishReason,
  type Message,
  type ModelId,
  type NodeId,
  type RunEvent,
  type RunId,
  type TaskStatus,
  type ThreadId,
  type TokenUsage,
  type ToolCall,
  type ToolCallId,
  type ToolResult,
  textOf,
} from '../contracts/index.ts'

interface Step {
  text: string
  callIds: ToolCallId[]
}

/** What a run amounts to so far: feed it every event in order and look. */
export class RunTranscript {
  runId: RunId | undefined
  threadId: ThreadId | undefined
  nodeId: NodeId | undefined
  modelId: ModelId | undefined
  engine: EngineKind | undefined
  device: Device | undefined
  /** Of the latest step, where the node chose who answers. */
  route: AnswerRoute | undefined
  status: TaskStatus | undefined
  finishReason: FinishReason | undefined
  error: ErrorDescription | undefined
  usage: TokenUsage = { inputTokens: 0, outputTokens: 0 }
  readonly #steps = new Map<number, Step>()
  readonly #calls = new Map<ToolCallId, ToolCall>()
  readonly #results = new Map<ToolCallId, ToolResult>()
  readonly #approvals = new Map<ToolCallId, ToolCall>()
  readonly #messages = new Map<string, Message>()
  #step: Step = { text: '', callIds: [] }

  /** The messages that became part of the conversation, oldest first. */
  get messages(): Message[] {
    return [...this.#messages.values()]
  }

  /** The latest message of the agent. */
  get message(): Message | undefined {
    return this.messages.findLast(({ role }) => role === 'ROLE_AGENT')
  }

  /** The answer as far as it goes: the latest step's text. */
  get text(): string {
    return this.#step.text || (this.message === undefined ? '' : textOf(this.message))
  }

  get toolCalls(): ToolCall[] {
    return [...this.#calls.values()]
  }

  get toolResults(): ToolResult[] {
    return [...this.#results.values()]
  }

  /** The calls a person must decide on now. */
  get pendingApprovals(): ToolCall[] {
    return [...this.#approvals.values()]
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#clear()
        this.runId = event.runId
        this.threadId = event.threadId
        this.nodeId = event.nodeId
        break
      case 'step-started':
        this.#startStep(event.step)
        this.modelId = event.modelId
        this.engine = event.engine
        this.device = event.device
        this.route = undefined
        break
      case 'answer-routed':
        this.#follow(event.route)
        break
      case 'text-delta':
        this.#step.text += event.text
        break
      case 'step-finished':
        this.finishReason = event.finishReason
        if (event.route !== undefined) this.#follow(event.route)
        break
      case 'message-added':
        this.#messages.set(event.message.messageId, event.message)
        break
      case 'run-finished':
        this.status = event.status
        this.usage = event.usage
        this.error = event.error
        this.#approvals.clear()
        break
      default:
        this.#addToolEvent(event)
    }
  }

  #follow(route: AnswerRoute): void {
    this.route = route
    this.modelId = route.modelId
    this.engine = route.engine
    this.device = route.device
  }

  #addToolEvent(
    event: RunEvent & {
      type: 'tool-called' | 'approval-requested' | 'approval-decided' | 'tool-finished'
    },
  ): void {
    if (event.type === 'approval-decided') this.#approvals.delete(event.toolCallId)
    else if (event.type === 'tool-finished') {
      const { toolCallId, name, result, isError } = event
      this.#results.set(toolCallId, { toolCallId, name, result, isError })
    } else {
      const { toolCallId, name, arguments: args } = event
      const call = { toolCallId, name, arguments: args }
      if (!this.#calls.has(toolCallId)) this.#step.callIds.push(toolCallId)
      this.#calls.set(toolCallId, call)
      if (event.type === 'approval-requested') this.#approvals.set(toolCallId, call)
    }
  }

  /** A step that starts again takes back its text, and its calls that have no result. */
  #startStep(step: number): void {
    for (const toolCallId of this.#steps.get(step)?.callIds ?? []) {
      if (this.#results.has(toolCallId)) continue
      this.#calls.delete(toolCallId)
      this.#approvals.delete(toolCallId)
    }
    this.#step = { text: '', callIds: [] }
    this.#steps.set(step, this.#step)
  }

  #clear(): void {
    for (const kept of [this.#steps, this.#calls, this.#results, this.#approvals, this.#messages])
      kept.clear()
    this.#step = { text: '', callIds: [] }
  }
}
