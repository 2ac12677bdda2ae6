import { type JsonObject, type JsonValue, LumosError } from '../../contracts/index.ts'
import { base64url, canonicalJson, decodeJson, isJsonObject, utf8 } from '../../core/index.ts'

/** A kind of text that people pass on by copying, as a link or as a QR code. */
export interface TokenKind {
  /** Versioned, and the first thing in the text: `lumos-share/1`. */
  readonly name: string
  /** Of the JSON inside. */
  readonly maxBytes: number
}

const maxDepth = 6

/** `name:` and the canonical JSON of `body` in base64url. */
export function encodeToken(kind: TokenKind, body: JsonObject): string {
  return `${kind.name}:${base64url.encode(utf8.encode(canonicalJson(body)))}`
}

/**
 * The JSON of a token; white space around it and inside, as from a mail, does not matter.
 *
 * @throws {LumosError} `invalid-request` for anything {@link encodeToken} does not give, without quoting it
 */
export function decodeToken(kind: TokenKind, text: string): JsonObject {
  try {
    if (text.length > kind.maxBytes * 2) throw notWhole(kind)
    const compact = text.replaceAll(/\s/g, '')
    const prefix = `${kind.name}:`
    if (!compact.startsWith(prefix)) throw notWhole(kind)
    const json = utf8.decode(base64url.decode(compact.slice(prefix.length)))
    const body = decodeJson(json, { maxBytes: kind.maxBytes, maxDepth })
    if (!isJsonObject(body) || canonicalJson(body) !== json) throw notWhole(kind)
    return body
  } catch {
    throw notWhole(kind)
  }
}

function notWhole(kind: TokenKind): LumosError {
  return new LumosError('invalid-request', `This is not a whole ${kind.name}: copy it again.`)
}

/**
 * The bytes that a member holds in base64url.
 *
 * @param length - how many; any number when absent
 * @throws {LumosError} `invalid-request`
 */
export function bytesIn(
  kind: TokenKind,
  value: JsonValue | undefined,
  length?: number,
): Uint8Array<ArrayBuffer> {
  if (typeof value === 'string') {
    try {
      const bytes = base64url.decode(value)
      if (length === undefined || bytes.length === length) return bytes
    } catch {
      // Said below, for both.
    }
  }
  throw new LumosError('invalid-request', `This ${kind.name} holds something else than it should.`)
}
