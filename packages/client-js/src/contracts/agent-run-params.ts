import type { AgentId, ModelId, ThreadId } from './ids.ts'
import type { Message } from './message.ts'
import type { SamplingOptions } from './model.ts'

/** What an agent is asked. */
export interface AgentRunParams extends SamplingOptions {
  agentId: AgentId
  /** What the user says now. Earlier turns come from the thread. */
  messages: Message[]
  /** Absent: a new conversation. */
  threadId?: ThreadId
  /** `auto`: the node chooses for each answer. @default the agent's own */
  modelId?: ModelId
  /** `local`: nothing of the conversation leaves the node that runs the agent. @default what policies say */
  privacy?: 'local'
  /** Model calls at most. @default 8 */
  maxSteps?: number
}
