import {
  type AgentEvent,
  type AnswerRoute,
  type ChatMessage,
  type GenerateRequest,
  LumosError,
  type MessageId,
  type ModelInfo,
  type RawToolCall,
  type SamplingOptions,
  type Tool,
  type ToolCallId,
  type ToolDefinition,
} from '../contracts/index.ts'
import { abortable, createId } from '../core/index.ts'
import { checkToolCall } from './check-tool-call.ts'
import { fitContext, promptBytes } from './fit-context.ts'
import { newStep, type Step, type StepCall } from './run-progress.ts'
import type { RunState } from './run-state.ts'

export interface Question {
  number: number
  instructions: string
  tools: readonly Tool[]
  conversation: ChatMessage[]
}

const defaultOutputTokens = 512
const maxCallsPerStep = 16

/** Asks the model once. Nothing has run yet when it returns, and everything there is to run is in the events. */
export async function* askModel(state: RunState, question: Question): AsyncGenerator<AgentEvent, Step> {
  const { model, context } = state
  const step = newStep(question.number, createId() as MessageId)
  // A model that chooses says first whom it chose.
  let isStarted = model.info.places === undefined
  if (isStarted) yield stepStarted(step, model.info)
  const request = createRequest(state, question)
  const rawCalls: RawToolCall[] = []
  for await (const event of abortable(model.generate(request, { signal: context.signal }), context.signal)) {
    if (event.type === 'text-delta') {
      step.text += event.text
      yield { type: 'text-delta', messageId: step.messageId, text: event.text }
    } else if (event.type === 'tool-call') {
      rawCalls.push(event)
    } else if (event.type === 'answer-routed') {
      step.route = event.route
      if (isStarted) yield { type: 'answer-routed', step: step.step, route: event.route }
      else yield stepStarted(step, event.route)
      isStarted = true
    } else {
      step.calls = checkCalls(rawCalls, question.tools)
      for (const { call, problem } of step.calls) {
        if (problem === undefined) yield { type: 'tool-called', ...call }
      }
      const { finishReason, usage, route } = event
      if (route !== undefined) step.route = route
      if (usage.inputTokens > 0) {
        state.bytesPerToken = promptBytes(request.messages, request.tools ?? []) / usage.inputTokens
      }
      yield {
        type: 'step-finished',
        step: step.step,
        usage,
        finishReason,
        ...(step.route !== undefined && { route: step.route }),
      }
      return step
    }
  }
  throw new LumosError('inference-failed', 'The model ended without finishing its answer.')
}

function stepStarted({ step }: Step, { modelId, engine, device }: ModelInfo | AnswerRoute): AgentEvent {
  return { type: 'step-started', step, modelId, engine, ...(device !== undefined && { device }) }
}

function checkCalls(rawCalls: RawToolCall[], tools: readonly Tool[]): StepCall[] {
  return rawCalls.slice(0, maxCallsPerStep).map(raw => {
    // Our own id: models count theirs anew in every answer, but tools deduplicate by it.
    const toolCallId = createId() as ToolCallId
    return { ...checkToolCall({ ...raw, toolCallId }, tools), wasStarted: false }
  })
}

function createRequest(state: RunState, question: Question): GenerateRequest {
  const { params, model } = state
  const { contextLength, supportsTools } = model.info
  const tools = supportsTools ? question.tools.map(toDefinition) : []
  const { instructions, conversation } = question
  const messages = fitContext(
    { instructions, conversation, tools },
    contextLength === undefined ? Number.POSITIVE_INFINITY : maxPromptBytes(state, contextLength),
  )
  return {
    ...samplingOf(params),
    messages,
    ...(tools.length > 0 && { tools }),
    ...(state.privacy !== undefined && { privacy: state.privacy }),
  }
}

/** Room for the answer comes first, but never takes more than half the context. */
function maxPromptBytes(state: RunState, contextLength: number): number {
  const outputTokens = Math.min(state.params.maxOutputTokens ?? defaultOutputTokens, contextLength / 2)
  return Math.floor((contextLength - outputTokens) * state.bytesPerToken)
}

function toDefinition({ name, description, parameters }: Tool): ToolDefinition {
  return { name, description, parameters }
}

function samplingOf(params: SamplingOptions): SamplingOptions {
  const { temperature, topP, topK, repetitionPenalty, seed, maxOutputTokens, stop } = params
  const options = { temperature, topP, topK, repetitionPenalty, seed, maxOutputTokens, stop }
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as SamplingOptions
}
