import type { AgentRunParams } from './agent-run-params.ts'
import type { AgentEvent } from './event.ts'
import type { PrincipalDid, RunId, ThreadId, ToolCallId } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { Message } from './message.ts'
import type { ModelInfo } from './model.ts'
import type { DataUse } from './usage-policy.ts'
import type { AgentInfo } from './verbs.ts'

export interface ApprovalDecision {
  approved: boolean
  reason?: string
}

/** What the host gives a run. */
export interface AgentRunContext {
  runId: RunId
  threadId: ThreadId
  requester: PrincipalDid
  /** Aborts on `stop()`, at the deadline, and when the node stops; `signal.reason` is a LumosError. */
  signal: AbortSignal
  /** Earlier messages of the conversation, oldest first, without `params.messages`. */
  history: Message[]
  /**
   * What this run yielded before the node went down, oldest first; empty for a new run. The agent goes on from
   * the last finished step.
   */
  journal: readonly AgentEvent[]
  /** Resolves when a person decided; at once when the decision is already in the run's state. */
  waitForApproval(toolCallId: ToolCallId): Promise<ApprovalDecision>
  /**
   * To be asked before each time the conversation is put before a model: the owner may have changed their mind. Gives
   * what is done with the data, for tools.
   *
   * @throws {LumosError} `forbidden` when the usage policy keeps the conversation from this model; `not-found`
   */
  useModel(model: ModelInfo): Promise<DataUse>
  metadata?: JsonObject
}

/** Something that answers messages: our agent loop, or any other implementation. */
export interface Agent {
  readonly info: AgentInfo
  /**
   * Yields everything between `run-started` and `run-finished`, both of which the host adds. Returning means
   * completed; throwing means failed; an aborted signal means stopped, out of time or suspended.
   */
  run(params: AgentRunParams, context: AgentRunContext): AsyncIterable<AgentEvent>
}
