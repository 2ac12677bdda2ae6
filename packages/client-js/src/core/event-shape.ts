import { isStreamVerb, type JsonValue, type Verb } from '../contracts/index.ts'
import { isJsonObject } from './is-json-object.ts'

/** Whether a value from the wire has the shape that readers rely on. Members it does not name may be anything. */
export type Shape = (value: JsonValue | undefined) => boolean

const text: Shape = value => typeof value === 'string'
const number: Shape = value => typeof value === 'number'
const flag: Shape = value => typeof value === 'boolean'
const present: Shape = value => value !== undefined
const object: Shape = value => isJsonObject(value)
const optional =
  (shape: Shape): Shape =>
  value =>
    value === undefined || shape(value)
const listOf =
  (shape: Shape): Shape =>
  value =>
    Array.isArray(value) && value.every(shape)

function members(shapes: Record<string, Shape>): Shape {
  const entries = Object.entries(shapes)
  return value => isJsonObject(value) && entries.every(([name, shape]) => shape(value[name]))
}

const usage = members({ inputTokens: number, outputTokens: number })
const toolCall = members({ toolCallId: text, name: text, arguments: object })
const message = members({ messageId: text, role: text, parts: listOf(object) })

const route = members({ modelId: text, engine: text, device: optional(text), place: text, reason: text })

const runEvents: Record<string, Shape> = {
  'run-started': members({ runId: text, threadId: text, agentId: text, nodeId: text }),
  'step-started': members({ step: number, modelId: text, engine: text, device: optional(text) }),
  'text-delta': members({ messageId: text, text }),
  'tool-called': toolCall,
  'approval-requested': toolCall,
  'approval-decided': members({ toolCallId: text, approved: flag, reason: optional(text) }),
  'tool-finished': members({ toolCallId: text, name: text, result: present, isError: flag }),
  'answer-routed': members({ step: number, route }),
  'step-finished': members({ step: number, usage, finishReason: text, route: optional(route) }),
  'message-added': members({ message }),
  'run-finished': members({
    status: members({ state: text, timestamp: text }),
    usage,
    error: optional(members({ code: text, message: text, retryable: flag })),
  }),
}

const modelEvents: Record<string, Shape> = {
  'text-delta': members({ text }),
  'tool-call': members({ toolCallId: text, name: text, argumentsText: text }),
  'answer-routed': members({ route }),
  finished: members({ finishReason: text, usage, route: optional(route) }),
}

const resultEvents: Record<string, Shape> = { result: members({ value: present }) }

/** The events `verb` answers with, by type. @see spec/events.md */
export function eventShapes(verb: Verb): Record<string, Shape> {
  if (!isStreamVerb(verb)) return resultEvents
  return verb === 'model.generate' ? modelEvents : runEvents
}
