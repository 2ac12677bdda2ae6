import type {
  Agent,
  AgentEvent,
  AgentRunContext,
  ModelCatalog,
  RunBeginning,
  SignedRunRecord,
  Tool,
} from '../../contracts/index.ts'
import { canonicalJson } from '../../core/index.ts'
import { comparableEvents } from './comparable-events.ts'
import { RecordedModels } from './recorded-models.ts'
import { type RecordedStep, readSteps } from './recorded-steps.ts'
import { recordedTools } from './recorded-tools.ts'

export interface ReplayRunOptions {
  /** Makes the agent of the record, of the given models and tools: for instance `createAssistant`. */
  createAgent(parts: { models: ModelCatalog; tools: Tool[] }): Agent
}

export interface RunReplay {
  isSame: boolean
  /** How many events the agent gave as recorded, before the first that differs. */
  sameEvents: number
  /** The first event that differs, as recorded and as replayed. */
  difference?: { recorded?: AgentEvent; replayed?: AgentEvent }
}

/**
 * Lets the agent do the run again: the models say what they said, the tools give what they gave, people decide as
 * they did. The agent does the same again when, and only when, the record tells the truth about it.
 *
 * Ids that the agent makes up are compared by their order; of calls that were refused unrun only the code is.
 * A run that did not complete is compared as far as it went. Verify the record first.
 *
 * @see verifyRunRecord
 */
export async function replayRun(record: SignedRunRecord, options: ReplayRunOptions): Promise<RunReplay> {
  const [first] = record.blocks
  if (first?.type !== 'beginning') throw new TypeError('The record has no beginning: verify it first.')
  const { beginning } = first
  const events = record.blocks.flatMap(block => (block.type === 'events' ? block.events : []))
  const steps = readSteps(events)
  const agent = options.createAgent({
    models: new RecordedModels(steps),
    tools: recordedTools(beginning.tools, steps),
  })
  const context = contextOf(beginning, steps)
  const replayed: AgentEvent[] = []
  try {
    for await (const event of agent.run(beginning.params, context)) replayed.push(event)
  } catch {
    // How a run failed is in its last event, which is the host's.
  }
  return compare(comparableEvents(events), comparableEvents(replayed), isCompleted(events))
}

function contextOf(beginning: RunBeginning, steps: readonly RecordedStep[]): AgentRunContext {
  const { runId, threadId, requester } = beginning
  const decisions = steps.flatMap(({ calls }) => calls.flatMap(({ decision }) => decision ?? []))
  return {
    runId,
    threadId,
    requester,
    signal: new AbortController().signal,
    history: [],
    journal: [],
    useModel: async () => ({ principal: requester, purposes: ['inference'] }),
    waitForApproval: async () => {
      const decision = decisions.shift()
      if (decision === undefined) throw new Error('Nobody decided any more.')
      return decision
    },
  }
}

function isCompleted(events: readonly AgentEvent[]): boolean {
  const last = events.at(-1)
  return last?.type === 'run-finished' && last.status.state === 'TASK_STATE_COMPLETED'
}

function compare(recorded: AgentEvent[], replayed: AgentEvent[], isWhole: boolean): RunReplay {
  const end = isWhole ? Math.max(recorded.length, replayed.length) : recorded.length
  for (let at = 0; at < end; at++) {
    const [one, other] = [recorded[at], replayed[at]]
    const areSame = one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other)
    if (areSame) continue
    const difference = { ...(one && { recorded: one }), ...(other && { replayed: other }) }
    return { isSame: false, sameEvents: at, difference }
  }
  return { isSame: true, sameEvents: end }
}
