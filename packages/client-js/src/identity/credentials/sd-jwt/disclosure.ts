import { sha256 } from 'multiformats/hashes/sha2'
import { isLumosError, type JsonValue } from '../../../contracts/index.ts'
import { base64url, decodeJson, utf8 } from '../../../core/index.ts'
import { refusal } from '../refusal.ts'

/** One claim, or one element of an array, that its holder may show or keep. @see RFC 9901 section 4.2 */
export interface Disclosure {
  /** As it travels. */
  text: string
  /** Absent for an element of an array. */
  name?: string
  value: JsonValue
}

const maxBytes = 64 * 1024
const maxDepth = 32

/** Names that would mean something else, or nothing, to a reader. */
const reserved = new Set(['_sd', '...', '__proto__'])

/** @param name - absent for an element of an array */
export function createDisclosure(value: JsonValue, name?: string): Disclosure {
  const salt = base64url.encode(crypto.getRandomValues(new Uint8Array(16)))
  const content = name === undefined ? [salt, value] : [salt, name, value]
  const text = base64url.encode(utf8.encode(JSON.stringify(content)))
  return name === undefined ? { text, value } : { text, name, value }
}

/** @throws {LumosError} `invalid-request`, `too-large` */
export function readDisclosure(text: string): Disclosure {
  const content = contentOf(text)
  if (!Array.isArray(content) || (content.length !== 2 && content.length !== 3)) throw malformed()
  const [salt, second] = content
  if (typeof salt !== 'string' || salt === '') throw malformed()
  if (content.length === 2) return { text, value: second as JsonValue }
  if (typeof second !== 'string' || reserved.has(second) || !second.isWellFormed()) throw malformed()
  return { text, name: second, value: content[2] as JsonValue }
}

/** What stands for a disclosure in the signed payload. @see RFC 9901 section 4.2.3 */
export function digestOf(text: string): Promise<string> {
  return sha256Text(text)
}

/** SHA-256 of ASCII text, base64url. */
export async function sha256Text(text: string): Promise<string> {
  const { digest } = await sha256.digest(utf8.encode(text))
  return base64url.encode(digest)
}

function contentOf(text: string): JsonValue {
  try {
    return decodeJson(base64url.decode(text), { maxBytes, maxDepth })
  } catch (cause) {
    if (!isLumosError(cause) || cause.code === 'too-large') throw cause
    throw malformed(cause)
  }
}

function malformed(cause?: unknown) {
  return refusal('malformed', 'a disclosure is malformed', cause)
}
