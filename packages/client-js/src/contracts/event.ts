import type { Device, EngineKind } from './engine.ts'
import type { ErrorDescription } from './error.ts'
import type { AgentId, MessageId, ModelId, NodeId, RunId, ThreadId } from './ids.ts'
import type { JsonValue } from './json.ts'
import type { Message } from './message.ts'
import type { FinishReason, ModelEvent, TokenUsage } from './model.ts'
import type { AnswerRoute } from './routing.ts'
import type { TaskStatus } from './task.ts'
import type { ToolCall, ToolResult } from './tool.ts'

/** Payloads of a run's events by type: `<noun>-<what happened>`. @see spec/events.md */
export interface RunEventPayloads {
  /** Always the first event. */
  'run-started': { runId: RunId; threadId: ThreadId; agentId: AgentId; nodeId: NodeId }
  /** The model is asked. A step seen before starts again after a crash: drop its text and calls without result. */
  'step-started': { step: number; modelId: ModelId; engine: EngineKind; device?: Device }
  'text-delta': { messageId: MessageId; text: string }
  /** A call with checked arguments is about to run, or waits for approval. */
  'tool-called': ToolCall
  /** A person must answer with `run.approve`. Pending approvals are part of the run's state and survive a restart. */
  'approval-requested': ToolCall
  'approval-decided': { toolCallId: ToolCall['toolCallId']; approved: boolean; reason?: string }
  'tool-finished': ToolResult
  /** The answer goes on elsewhere from here, because the first place failed or was not sure. Its text stays. */
  'answer-routed': { step: number; route: AnswerRoute }
  /** `route` where the node chose who answers. */
  'step-finished': { step: number; usage: TokenUsage; finishReason: FinishReason; route?: AnswerRoute }
  /** A message became part of the conversation, whole. */
  'message-added': { message: Message }
  /** Always the last event. `error` is set when the state is failed. */
  'run-finished': { status: TaskStatus; usage: TokenUsage; error?: ErrorDescription }
}

export type RunEventType = keyof RunEventPayloads

/** What an agent yields; the host numbers it. */
export type AgentEvent = { [T in RunEventType]: { type: T } & RunEventPayloads[T] }[RunEventType]

/**
 * An {@link AgentEvent} with its place in the run: `id` counts 1, 2, 3 … without gaps. A reader that has seen
 * `id` n resumes with `offset: n` and misses and repeats nothing, on any transport.
 */
export type RunEvent = AgentEvent & { id: number }

/** The only event of a unary verb. */
export interface ResultEvent {
  id: 1
  type: 'result'
  value: JsonValue
}

/** An event of `model.generate`. */
export type NumberedModelEvent = ModelEvent & { id: number }

/** Whatever a host answers, one shape on every transport. */
export type HostEvent = RunEvent | ResultEvent | NumberedModelEvent

export function isRunFinished(event: HostEvent): event is RunEvent & { type: 'run-finished' } {
  return event.type === 'run-finished'
}
