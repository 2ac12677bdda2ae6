import {
  type AgentEvent,
  type ChatMessage,
  type GenerateRequest,
  LumosError,
  type MessageId,
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
  const { modelId, engine, device } = model.info
  const step = newStep(question.number, createId() as MessageId)
  yield {
    type: 'step-started',
    step: step.step,
    modelId,
    engine,
    ...(device !== undefined && { device }),
  }
  const request = createRequest(state, question)
  const rawCalls: RawToolCall[] = []
  for await (const event of abortable(model.generate(request, { signal: context.signal }), context.signal)) {
    if (event.type === 'text-delta') {
      step.text += event.text
      yield { type: 'text-delta', messageId: step.messageId, text: event.text }
    } else if (event.type === 'tool-call') {
      rawCalls.push(event)
    } else {
      step.calls = checkCalls(rawCalls, question.tools)
      for (const { call, problem } of step.calls) {
        if (problem === undefined) yield { type: 'tool-called', ...call }
      }
      const { finishReason, usage } = event
      if (usage.inputTokens > 0) {
        state.bytesPerToken = promptBytes(request.messages, request.tools ?? []) / usage.inputTokens
      }
      yield { type: 'step-finished', step: step.step, usage, finishReason }
      return step
    }
  }
  throw new LumosError('inference-failed', 'The model ended without finishing its answer.')
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
  return { ...samplingOf(params), messages, ...(tools.length > 0 && { tools }) }
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
