import { type AgentEvent, type JsonObject, toolCallMediaType } from '../../../src/contracts/index.ts'

export const usage = { inputTokens: 3, outputTokens: 4 }

/** Events of a run, without the types of their ids. */
export const run = (...events: object[]) => events as unknown as AgentEvent[]
export const started = (step: number, more: object = {}) => {
  return { type: 'step-started', step, modelId: `model-${step}`, engine: 'scripted', ...more }
}
export const finished = (step: number, more: object = {}) => {
  return { type: 'step-finished', step, usage, finishReason: 'stop', ...more }
}
export const text = (words: string) => ({ type: 'text-delta', messageId: 'm', text: words })
export const called = (toolCallId: string, name: string, args: JsonObject = {}) => {
  return { type: 'tool-called', toolCallId, name, arguments: args }
}
export const answered = (toolCallId: string, name: string, result: unknown, isError = false) => {
  return { type: 'tool-finished', toolCallId, name, result, isError }
}
export const message = (...data: object[]) => {
  const parts = data.map(value => ({ mediaType: toolCallMediaType, data: value }))
  return { type: 'message-added', message: { messageId: 'm', role: 'assistant', parts } }
}
