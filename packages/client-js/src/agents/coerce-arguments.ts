import type { JsonObject, JsonValue } from '../contracts/index.ts'
import { isJsonObject } from '../core/index.ts'

/**
 * The arguments as the schema wants them, where their meaning leaves no doubt: `"5"` becomes 5 for a number,
 * `5` becomes "5" for a string, a lone value becomes a list of one, and `null` for an optional member goes away.
 */
export function coerceArguments(schema: JsonObject, value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return wrapScalar(schema, value)
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const unwrapped = unwrap(properties, value)
  const required = Array.isArray(schema.required) ? schema.required : []
  const coerced: JsonObject = {}
  for (const [name, member] of Object.entries(unwrapped)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (property === undefined && schema.additionalProperties === false) continue
    if (member === null && !required.includes(name) && !accepts(property, 'null')) continue
    coerced[name] = isJsonObject(property) ? coerceValue(property, member) : member
  }
  return coerced
}

/** `{"arguments": {…}}`, as small models like to write it. */
function unwrap(properties: JsonObject, value: JsonObject): JsonObject {
  const [name, ...others] = Object.keys(value)
  if (others.length > 0 || (name !== 'arguments' && name !== 'parameters')) return value
  const inner = value[name]
  return !Object.hasOwn(properties, name) && isJsonObject(inner) ? inner : value
}

/** `"2+2"` for a tool with one parameter. */
function wrapScalar(schema: JsonObject, value: JsonValue): JsonValue {
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  const [only] = properties
  if (only === undefined || properties.length > 1 || value === null) return value
  return { [only[0]]: isJsonObject(only[1]) ? coerceValue(only[1], value) : value }
}

function coerceValue(schema: JsonObject, value: JsonValue): JsonValue {
  if (accepts(schema, typeOf(value))) {
    if (Array.isArray(value) && isJsonObject(schema.items)) {
      const { items } = schema
      return value.map(item => coerceValue(items, item))
    }
    return isJsonObject(value) ? coerceArguments(schema, value) : value
  }
  if (typeof value === 'string') return coerceText(schema, value)
  if (accepts(schema, 'string') && (typeof value === 'number' || typeof value === 'boolean'))
    return String(value)
  if (accepts(schema, 'array') && value !== null) {
    return [isJsonObject(schema.items) ? coerceValue(schema.items, value) : value]
  }
  return value
}

function coerceText(schema: JsonObject, text: string): JsonValue {
  const trimmed = text.trim()
  if (accepts(schema, 'number') && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(trimmed)) return Number(trimmed)
  if (accepts(schema, 'integer') && /^-?\d{1,15}$/.test(trimmed)) return Number(trimmed)
  if (accepts(schema, 'boolean') && /^(true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === 'true'
  if (accepts(schema, 'object') || accepts(schema, 'array')) {
    const parsed = parse(trimmed)
    if (parsed !== undefined && accepts(schema, typeOf(parsed))) return coerceValue(schema, parsed)
    if (accepts(schema, 'array')) {
      return [isJsonObject(schema.items) ? coerceValue(schema.items, text) : text]
    }
  }
  return text
}

/** Whether `schema` names `type`. A schema that names none takes part in no coercion. */
function accepts(schema: JsonValue | undefined, type: string): boolean {
  if (!isJsonObject(schema)) return false
  const types = Array.isArray(schema.type) ? schema.type : [schema.type]
  return types.includes(type) || (type === 'integer' && types.includes('number'))
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}
