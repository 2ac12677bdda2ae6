import type { AgentRunContext, AgentRunParams, DataUse, Model } from '../contracts/index.ts'
import type { RunProgress } from './run-progress.ts'

/** What one run keeps from step to step. */
export interface RunState extends RunProgress {
  params: AgentRunParams
  context: AgentRunContext
  model: Model
  /** Measured from the last prompt. */
  bytesPerToken: number
  /** Steps in a row that led nowhere. */
  futileSteps: number
  /** Name and arguments of the calls of earlier steps. */
  seenCalls: Set<string>
  /** As the policy allowed before the last question to the model. */
  use: DataUse
  /** The policy, or whoever asked, wants the text kept on this machine. */
  privacy: 'local' | undefined
}
