import type { CallOptions } from '../connections/index.ts'
import type {
  AbortOptions,
  AgentId,
  AgentRunParams,
  ModelId,
  SamplingOptions,
  ThreadId,
} from '../contracts/index.ts'
import { type MessagesInput, toMessages } from './messages-input.ts'
import { placeFor } from './place-for.ts'

/** How an agent runs, and where. Aborting `signal` stops reading; `stop()` stops the run. */
export interface RunOptions extends SamplingOptions, AbortOptions, CallOptions {
  /** The conversation to go on with. @default a new one */
  threadId?: string | undefined
  /** `auto`: the node chooses for each answer, by what fits, what is fast here, cost and policy. @default the agent's own */
  modelId?: string | undefined
  /** Model calls at most. @default 8 */
  maxSteps?: number | undefined
  /** `local`: nothing of the conversation leaves this device. @default what policies say */
  privacy?: 'local' | undefined
}

/** What the user says, alone or together with options. */
export type RunInput = MessagesInput | ({ messages: MessagesInput } & RunOptions)

/** Separates what the agent is asked from how it is reached. */
export function runRequest(
  agentId: AgentId,
  input: RunInput,
  options: RunOptions,
): { params: AgentRunParams; call: CallOptions } {
  const isPlain = typeof input === 'string' || Array.isArray(input)
  const { messages, ...inlineOptions } = (isPlain ? { messages: input } : input) as {
    messages: MessagesInput
  } & RunOptions
  const { signal, deadlineMs, place, ...run } = { ...inlineOptions, ...options }
  const { threadId, modelId, maxSteps, privacy, ...sampling } = run
  const params: AgentRunParams = {
    ...(Object.fromEntries(
      Object.entries(sampling).filter(([, value]) => value !== undefined),
    ) as SamplingOptions),
    agentId,
    messages: toMessages(messages),
    ...(threadId !== undefined && { threadId: threadId as ThreadId }),
    ...(modelId !== undefined && { modelId: modelId as ModelId }),
    ...(maxSteps !== undefined && { maxSteps }),
    ...(privacy !== undefined && { privacy }),
  }
  return { params, call: { signal, deadlineMs, place: placeFor(privacy, place) } }
}
