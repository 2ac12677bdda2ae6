import { type JsonValue, LumosError } from '../contracts/index.ts'
import { utf8 } from './utf8.ts'

export interface JsonLimits {
  maxBytes: number
  /** How many arrays and objects may stand inside each other. */
  maxDepth: number
}

/** 1 MiB and 64 levels. */
export const defaultJsonLimits: JsonLimits = { maxBytes: 1024 * 1024, maxDepth: 64 }

/**
 * The value of hostile JSON. Size and depth are checked before the parser sees it, and only I-JSON passes:
 * unique member names, finite numbers, whole surrogate pairs. The name `__proto__` is refused too.
 *
 * @param input - text counts by UTF-16 unit, so a reader of bytes must limit bytes itself
 * @throws {LumosError} `too-large`, `malformed-frame`
 * @see RFC 7493
 */
export function decodeJson(input: Uint8Array | string, limits: JsonLimits = defaultJsonLimits): JsonValue {
  if (input.length > limits.maxBytes) {
    throw new LumosError('too-large', `The JSON is larger than ${limits.maxBytes} bytes.`, {
      details: { maxBytes: limits.maxBytes },
    })
  }
  const text = typeof input === 'string' ? input : utf8.decode(input)
  const memberCount = scan(text, limits.maxDepth)
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch (cause) {
    throw new LumosError('malformed-frame', 'The bytes are not JSON.', { cause })
  }
  if (countMembers(value) !== memberCount) throw malformed('a member name appears twice')
  return value
}

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a

/** Counts members, that is colons outside strings, and throws past `maxDepth`. Never recurses. */
function scan(text: string, maxDepth: number): number {
  let depth = 0
  let colons = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === quote) index = endOfString(text, index + 1)
    else if (code === colon) colons++
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) {
        throw new LumosError('too-large', `The JSON is nested deeper than ${maxDepth} levels.`, {
          details: { maxDepth },
        })
      }
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return colons
}

/** Index of the quote that ends the string beginning at `start`; the text's length when none does. */
function endOfString(text: string, start: number): number {
  // The engine's own search is far faster than a loop over the characters of a long string.
  for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = end
    while (escapes > start && text.charCodeAt(escapes - 1) === backslash) escapes--
    if ((end - escapes) % 2 === 0) return end
  }
  return text.length
}

/** Counts what survived parsing: fewer than were written means that names repeat. */
function countMembers(value: JsonValue): number {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw malformed('a string holds half a surrogate pair')
    return 0
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw malformed('a number is out of range')
    return 0
  }
  if (value === null || typeof value !== 'object') return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item)
    return count
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') throw malformed('the member name __proto__ is reserved')
    if (!name.isWellFormed()) throw malformed('a member name holds half a surrogate pair')
    count += 1 + countMembers(value[name] as JsonValue)
  }
  return count
}

function malformed(why: string): LumosError {
  return new LumosError('malformed-frame', `The JSON is not acceptable: ${why}.`)
}
