import { jsonrepair } from 'jsonrepair'
import {
  type ErrorDescription,
  type JsonValue,
  LumosError,
  type RawToolCall,
  type Tool,
  type ToolCall,
} from '../contracts/index.ts'
import { checkJsonSchema, isJsonObject } from '../core/index.ts'
import { coerceArguments } from './coerce-arguments.ts'

/** A call ready to run, or what the model must know to do better. */
export type CheckedCall = { call: ToolCall; tool: Tool } | { call: ToolCall; problem: ErrorDescription }

const maxArgumentsLength = 65_536

/**
 * Judges a call as a model wrote it: mends broken JSON, coerces what leaves no doubt, checks the rest against the
 * tool's schema.
 */
export function checkToolCall(raw: RawToolCall, tools: readonly Tool[]): CheckedCall {
  const { toolCallId } = raw
  const tool = findTool(raw.name, tools)
  if (tool === undefined) {
    const call: ToolCall = { toolCallId, name: raw.name.slice(0, 64), arguments: {} }
    const names = tools.map(({ name }) => name).join(', ')
    return { call, problem: problem('not-found', `There is no tool "${call.name}". Tools: ${names}.`) }
  }
  const call: ToolCall = { toolCallId, name: tool.name, arguments: {} }
  if (raw.argumentsText.length > maxArgumentsLength) {
    return { call, problem: problem('too-large', 'The arguments are too long.') }
  }
  const parsed = parseArguments(raw.argumentsText)
  if (parsed === undefined) {
    return { call, problem: problem('invalid-request', 'The arguments are not JSON. Write a JSON object.') }
  }
  const coerced = coerceArguments(tool.parameters, parsed)
  if (!isJsonObject(coerced)) {
    return { call, problem: problem('invalid-request', 'The arguments are not a JSON object.') }
  }
  call.arguments = coerced
  const issues = checkJsonSchema(tool.parameters, coerced)
  if (issues.length === 0) return { call, tool }
  return { call, problem: problem('invalid-request', `Wrong arguments. ${issues.join(' ')}`) }
}

/** Models often get the case or the separator wrong; never guess between two. */
function findTool(name: string, tools: readonly Tool[]): Tool | undefined {
  const exact = tools.find(tool => tool.name === name)
  if (exact !== undefined) return exact
  const close = tools.filter(tool => plain(tool.name) === plain(name))
  return close.length === 1 ? close[0] : undefined
}

function plain(name: string): string {
  return name.trim().toLowerCase().replaceAll('-', '_')
}

function parseArguments(text: string): JsonValue | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return {}
  let value: JsonValue
  try {
    value = JSON.parse(trimmed) as JsonValue
  } catch {
    try {
      value = JSON.parse(jsonrepair(trimmed)) as JsonValue
    } catch {
      return undefined
    }
  }
  // Encoded twice.
  if (typeof value === 'string' && /^\s*\{/.test(value)) return parseArguments(value)
  return value
}

function problem(code: 'not-found' | 'too-large' | 'invalid-request', message: string): ErrorDescription {
  return new LumosError(code, message).toJSON()
}
