import type { JsonObject, JsonValue } from '../../contracts/index.ts'
import { isJsonObject } from '../../core/index.ts'

/** A grammar counts characters with a state for each: up to here that takes milliseconds to compile. */
const longestCounted = 16

/** What stands in a schema as data. */
const dataKeywords = new Set(['const', 'enum', 'default', 'examples'])

/**
 * The same schema without the lengths of text that a grammar would take a second to count; whoever runs a tool checks
 * them in what the model wrote.
 */
export function loosenLengths(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).flatMap(([key, value]): [string, JsonValue][] => {
    if (dataKeywords.has(key)) return [[key, value]]
    if (key === 'maxLength' && typeof value === 'number' && value > longestCounted) return []
    if (key === 'minLength' && typeof value === 'number') return [[key, Math.min(value, longestCounted)]]
    return [[key, loosen(value)]]
  })
  return Object.fromEntries(entries)
}

function loosen(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(loosen)
  return isJsonObject(value) ? loosenLengths(value) : value
}
