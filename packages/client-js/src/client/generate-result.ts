import {
  type AnswerRoute,
  type Device,
  type EngineKind,
  type FinishReason,
  LumosError,
  type Message,
  type ModelId,
  type NodeId,
  type Place,
  type RunId,
  type TaskStatus,
  type ThreadId,
  type TokenUsage,
  type ToolCall,
  type ToolResult,
} from '../contracts/index.ts'
import type { RunTranscript } from './run-transcript.ts'

/** What a run came to. */
export interface GenerateResult {
  /** The answer; of a stopped run, what there was of it. */
  text: string
  /** The answer as a message; absent when the run was stopped before it was whole. */
  message?: Message
  /** All messages this run added to the conversation, oldest first. */
  messages: Message[]
  toolCalls: ToolCall[]
  toolResults: ToolResult[]
  usage: TokenUsage
  finishReason: FinishReason
  /** Completed, or canceled by `stop()`; a failed run rejects instead. */
  status: TaskStatus
  runId: RunId
  threadId: ThreadId
  /** Where it ran, */
  place: Place
  /** on which node, */
  nodeId: NodeId
  /** with which model. Absent when no model was asked. */
  modelId?: ModelId
  engine?: EngineKind
  device?: Device
  /** Why this one, and who tried before. Absent where a model was named. */
  route?: AnswerRoute
}

/** @throws {LumosError} the failed run's error; `connection-lost` when the run is not over */
export function resultOf(transcript: RunTranscript, place: Place | undefined): GenerateResult {
  const { runId, threadId, nodeId, status, error, message, modelId, engine, device, route } = transcript
  if (error !== undefined) throw LumosError.from(error)
  if (!runId || !threadId || !nodeId || !status || !place) {
    throw new LumosError('connection-lost', 'The events ended before the run did.')
  }
  return {
    text: transcript.text,
    messages: transcript.messages,
    toolCalls: transcript.toolCalls,
    toolResults: transcript.toolResults,
    usage: transcript.usage,
    finishReason: transcript.finishReason ?? 'other',
    status,
    runId,
    threadId,
    place,
    nodeId,
    ...(message && { message }),
    ...(modelId && { modelId }),
    ...(engine && { engine }),
    ...(device && { device }),
    ...(route && { route }),
  }
}
