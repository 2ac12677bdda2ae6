import type { JsonValue } from '@lomusai/client-js'

/**
 * A value in one short line: an object with one entry shows just that entry's value.
 *
 * @returns at most 80 characters; empty for nothing
 */
export function summarise(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  const line = typeof value === 'object' ? summariseObject(value) : String(value)
  const flat = line.replace(/\s+/g, ' ').trim()
  return flat.length > 80 ? `${flat.slice(0, 79)}…` : flat
}

function summariseObject(value: JsonValue[] | { [key: string]: JsonValue }): string {
  if (Array.isArray(value)) return value.map(summarise).join(', ')
  const entries = Object.entries(value)
  const [first] = entries
  if (entries.length === 1 && first !== undefined) return summarise(first[1])
  return entries.map(([key, item]) => `${key}: ${summarise(item)}`).join(', ')
}
