import { LumosError } from '../../contracts/index.ts'

export interface CborLimits {
  maxBytes: number
  /** How many arrays, maps and tags may stand inside each other. */
  maxDepth: number
}

/** 16 KiB and 32 levels: a delegation has a few hundred bytes. */
export const tokenLimits: CborLimits = { maxBytes: 16 * 1024, maxDepth: 32 }

const falseTrueNull = [20, 21, 22]
const float64 = 27
const linkTag = 42

/**
 * Walks hostile CBOR before a parser sees it: one item, whole, within the limits, of the kinds that dag-cbor has.
 * Never recurses. Whether it is also canonical shows when it is encoded again.
 *
 * @throws {LumosError} `too-large`, `malformed-frame`
 * @see RFC 8949 section 3; IPLD, DAG-CBOR
 */
export function scanCbor(bytes: Uint8Array, { maxBytes, maxDepth }: CborLimits = tokenLimits): void {
  if (bytes.length > maxBytes) throw new LumosError('too-large', `A token has at most ${maxBytes} bytes.`)
  /** For each item that is open, how many items it still lacks. */
  const open: number[] = [1]
  let at = 0
  while (open.length > 0) {
    const head = readHead(bytes, at)
    at = head.end
    closeOne(open)
    if (head.items > 0) {
      // The first entry is the document itself.
      if (open.push(head.items) > maxDepth + 1) {
        throw new LumosError('too-large', `A token is nested at most ${maxDepth} levels deep.`)
      }
    } else while (open.at(-1) === 0) open.pop()
    if (at > bytes.length) throw malformed('it is cut off')
  }
  if (at !== bytes.length) throw malformed('something follows it')
}

function closeOne(open: number[]): void {
  const last = open.length - 1
  open[last] = (open[last] as number) - 1
}

interface Head {
  /** Where the next head starts. */
  end: number
  /** How many items belong into this one. */
  items: number
}

function readHead(bytes: Uint8Array, at: number): Head {
  const first = bytes[at]
  if (first === undefined) throw malformed('it is cut off')
  const major = first >> 5
  const info = first & 31
  if (major === 7) return { end: at + simpleLength(info), items: 0 }
  const [argument, end] = readArgument(bytes, at + 1, info)
  if (major <= 1) return { end, items: 0 }
  if (major === 6) {
    if (argument !== linkTag) throw malformed('it has a tag other than that of links')
    return { end, items: 1 }
  }
  // More than there are bytes cannot be there; this also keeps the sums below exact.
  if (argument > bytes.length) throw malformed('it is cut off')
  if (major <= 3) {
    if (major === 3 && isProtoName(bytes, end, argument)) throw malformed('it has the name __proto__')
    return { end: end + argument, items: 0 }
  }
  if (major === 4) return { end, items: argument }
  return { end, items: argument * 2 }
}

/** A map with this name is one to JavaScript that others see differently. */
const protoName = new TextEncoder().encode('__proto__')

function isProtoName(bytes: Uint8Array, at: number, length: number): boolean {
  return length === protoName.length && protoName.every((byte, index) => byte === bytes[at + index])
}

function simpleLength(info: number): number {
  if (falseTrueNull.includes(info)) return 1
  if (info === float64) return 9
  throw malformed('it has a simple value that dag-cbor lacks')
}

/** The number in or behind a head, and where the next byte is. */
function readArgument(bytes: Uint8Array, at: number, info: number): [argument: number, end: number] {
  if (info < 24) return [info, at]
  if (info > 27) throw malformed('a length is left open')
  const length = 2 ** (info - 24)
  let argument = 0
  for (let index = 0; index < length; index++) argument = argument * 256 + (bytes[at + index] ?? 0)
  return [argument, at + length]
}

function malformed(why: string): LumosError {
  return new LumosError('malformed-frame', `The bytes are not a token: ${why}.`)
}
