import type {
  Device,
  EngineKind,
  ErrorDescription,
  JsonObject,
  JsonValue,
  Message,
  MessageId,
  ModelId,
  NodeId,
  PlaceKind,
  RunId,
  ThreadId,
  TokenUsage,
  ToolCallId,
} from '@lomusai/client-js'

/** What the person said. `message` is kept whole, so that a retry repeats it with the same id. */
export interface UserTurn {
  kind: 'user'
  message: Message
  text: string
}

export interface TextBlock {
  kind: 'text'
  step: number
  messageId: MessageId
  text: string
}

/** `waiting` asks the person; `rejected` is the person's no. */
export type ToolState = 'running' | 'waiting' | 'rejected' | 'finished' | 'failed' | 'interrupted'

export interface ToolBlock {
  kind: 'tool'
  step: number
  toolCallId: ToolCallId
  name: string
  arguments: JsonObject
  state: ToolState
  result?: JsonValue
}

export type AnswerBlock = TextBlock | ToolBlock

export type AnswerState = 'waiting' | 'working' | 'completed' | 'failed' | 'stopped'

/** What the agent answered, and who did the work. Plain JSON, so that a reload can continue it. */
export interface AnswerTurn {
  kind: 'answer'
  state: AnswerState
  blocks: AnswerBlock[]
  /** The model call under way, counted from 1; 0 before the first. */
  step: number
  /** The `id` of the last event seen; `observe` continues after it. */
  lastEventId: number
  /** When we asked, milliseconds since 1970; absent for answers read from the thread. */
  askedAt?: number
  /** From asking to the first text or tool call. */
  firstTokenMs?: number
  runId?: RunId
  threadId?: ThreadId
  nodeId?: NodeId
  place?: PlaceKind
  modelId?: ModelId
  engine?: EngineKind
  device?: Device
  usage?: TokenUsage
  error?: ErrorDescription
}

export type Turn = UserTurn | AnswerTurn

/** True while events are still to come. */
export function isRunning(answer: AnswerTurn): boolean {
  return answer.state === 'waiting' || answer.state === 'working'
}

/** The calls a person must decide about, oldest first. */
export function pendingApprovals(answer: AnswerTurn): ToolBlock[] {
  return answer.blocks.filter(block => block.kind === 'tool').filter(block => block.state === 'waiting')
}

/** The answer's text without tool calls, as copied and read aloud. */
export function answerText(answer: AnswerTurn): string {
  return answer.blocks
    .filter(block => block.kind === 'text')
    .map(block => block.text.trim())
    .filter(text => text !== '')
    .join('\n\n')
}
