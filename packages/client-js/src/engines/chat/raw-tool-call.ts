import type { JsonObject, JsonValue } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'

/** A call as text models write it, before it has an id. */
export interface WrittenCall {
  name: string
  argumentsText: string
}

/**
 * The calls in what a model wrote between the tags: one object or an array of them. Malformed JSON still gives
 * its name and the raw arguments, for the agent loop to repair.
 */
export function readCalls(text: string): WrittenCall[] {
  const trimmed = text.trim()
  const value = parse(trimmed)
  if (value !== undefined) return (Array.isArray(value) ? value : [value]).flatMap(callOf)
  const name = /"name"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(trimmed)?.[1]
  return name === undefined ? [] : [{ name, argumentsText: rawArguments(trimmed) }]
}

/** The single call that `text` is, whole and well-formed; else undefined. */
export function readBareCall(text: string, toolNames: ReadonlySet<string>): WrittenCall | undefined {
  const value = parse(text.trim())
  if (!isJsonObject(value) || !('arguments' in value || 'parameters' in value)) return undefined
  const [call] = callOf(value)
  return call !== undefined && toolNames.has(call.name) ? call : undefined
}

/** Models write `arguments` (Hermes) or `parameters` (Llama 3), as an object or as JSON in a string. */
function callOf(value: JsonValue): WrittenCall[] {
  if (!isJsonObject(value)) return []
  const call: JsonObject = isJsonObject(value.function) ? value.function : value
  if (typeof call.name !== 'string') return []
  const args = call.arguments ?? call.parameters ?? {}
  return [{ name: call.name, argumentsText: typeof args === 'string' ? args : JSON.stringify(args) }]
}

function rawArguments(text: string): string {
  const at = /"(?:arguments|parameters)"\s*:\s*/.exec(text)
  if (at === null) return '{}'
  const rest = text.slice(at.index + at[0].length)
  // The last brace closes the call itself, where it is there at all.
  return rest.endsWith('}}') ? rest.slice(0, -1) : rest
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}
