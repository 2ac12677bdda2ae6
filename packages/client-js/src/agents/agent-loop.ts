import {
  type AdaptivePolicy,
  type Agent,
  type AgentEvent,
  type AgentInfo,
  type AgentRunContext,
  type AgentRunParams,
  LumosError,
  type MessageId,
  type ModelCatalog,
  type Tool,
} from '../contracts/index.ts'
import { createId, raceSignal } from '../core/index.ts'
import { askModel } from './ask-model.ts'
import { toChatMessages } from './chat-messages.ts'
import { assumedBytesPerToken } from './fit-context.ts'
import { permitModel } from './permit-model.ts'
import { readJournal, type Step, stepMessage } from './run-progress.ts'
import type { RunState } from './run-state.ts'
import { runTools } from './run-tools.ts'
import { ToolFocus } from './tool-focus.ts'

export interface AgentLoopOptions {
  info: AgentInfo
  models: ModelCatalog
  tools: readonly Tool[]
  /** The system message. Empty: none. */
  instructions: string
  /** Model calls at most, unless a run says otherwise. @default 8 */
  maxSteps?: number
  /** Steps with only wrong or repeated calls, before the tools are hidden. @default 2 */
  maxRepairs?: number
  /** Learns which tools to show first; its options are those of `toolFocusShape(tools)`. @default all are shown */
  toolFocus?: AdaptivePolicy
}

/**
 * Model and tools in turns, until the model answers without a call.
 *
 * On the last step allowed, and after `maxRepairs` steps that led nowhere, the model does not see its tools, so
 * that it answers from what it has. A model that calls a tool even then ends the run with `limit-reached`. An
 * answer cut by `maxOutputTokens` completes the run; its step says `finishReason: 'length'`.
 *
 * @see docs/architecture/agent-loop.md
 */
export class AgentLoop implements Agent {
  readonly info: AgentInfo
  readonly #options: AgentLoopOptions
  readonly #focus: ToolFocus | undefined

  constructor(options: AgentLoopOptions) {
    this.info = options.info
    this.#options = options
    this.#focus = options.toolFocus && new ToolFocus(options.toolFocus, options.tools)
  }

  async *run(params: AgentRunParams, context: AgentRunContext): AsyncGenerator<AgentEvent> {
    const { models, tools } = this.#options
    const { signal } = context
    signal.throwIfAborted()
    const progress = readJournal(context.journal, tools, () => createId() as MessageId)
    if (progress.isComplete) return
    const modelId = params.modelId ?? this.info.modelId
    const model = await raceSignal(models.load(modelId, { signal }), signal)
    const state: RunState = {
      ...progress,
      params,
      context,
      model,
      bytesPerToken: assumedBytesPerToken,
      futileSteps: 0,
      seenCalls: new Set(),
      ...(await permitModel(context, model.info, params.privacy)),
    }
    if (state.open !== undefined) {
      yield* this.#finish(state, state.open)
      if (state.isComplete) return
    }
    for (let number = state.nextStep; !state.isComplete; number++) {
      const step = yield* this.#ask(state, number)
      yield* this.#finish(state, step)
    }
    await this.#focus?.conclude(state.messages, context)
  }

  async *#ask(state: RunState, number: number): AsyncGenerator<AgentEvent, Step> {
    const { instructions } = this.#options
    const maxSteps = state.params.maxSteps ?? this.#options.maxSteps ?? 8
    if (number > maxSteps) throw limitReached(maxSteps)
    Object.assign(state, await permitModel(state.context, state.model.info, state.params.privacy))
    const isLast = number === maxSteps && number > 1
    const mayCall = !isLast && state.futileSteps < (this.#options.maxRepairs ?? 2)
    const step = yield* askModel(state, {
      number,
      instructions,
      tools: mayCall ? await this.#shown(state, number) : [],
      conversation: toChatMessages([...state.context.history, ...state.params.messages, ...state.messages]),
    })
    if (!mayCall && step.calls.length > 0) {
      // Text beside the unwanted calls is an answer after all.
      if (step.text.trim() === '') throw limitReached(number)
      step.calls = []
    }
    return step
  }

  /** All, except in the first question where a policy knows better: what it hides by mistake comes back. */
  async #shown({ params, context }: RunState, number: number): Promise<readonly Tool[]> {
    if (number > 1 || this.#focus === undefined) return this.#options.tools
    return this.#focus.toolsFor(params.messages, context)
  }

  /** Runs what the step called, and makes it a message of the conversation. */
  async *#finish(state: RunState, step: Step): AsyncGenerator<AgentEvent> {
    const { threadId, runId } = state.context
    yield* runTools(step, { ...state.context, use: state.use })
    state.futileSteps = isFutile(state, step) ? state.futileSteps + 1 : 0
    const { modelId, engine, device } = step.route ?? state.model.info
    // Who wrote it stays with the message, wherever the conversation goes.
    const metadata = { modelId, engine, ...(device !== undefined && { device }) }
    const message = stepMessage(step, { contextId: threadId, taskId: runId, metadata })
    state.messages.push(message)
    state.isComplete = step.calls.length === 0
    yield { type: 'message-added', message }
  }
}

/** Every call was wrong, or asked again for what an earlier step had asked. */
function isFutile(state: RunState, step: Step): boolean {
  const isNew = step.calls.map(({ call, problem }) => {
    const key = `${call.name} ${JSON.stringify(call.arguments)}`
    const wasSeen = state.seenCalls.has(key)
    state.seenCalls.add(key)
    return problem === undefined && !wasSeen
  })
  return step.calls.length > 0 && !isNew.includes(true)
}

function limitReached(steps: number): LumosError {
  return new LumosError('limit-reached', `The agent had no answer after ${steps} steps. Raise maxSteps.`, {
    details: { steps },
  })
}
