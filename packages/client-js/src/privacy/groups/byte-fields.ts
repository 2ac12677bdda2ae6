import { LumosError } from '../../contracts/index.ts'
import { utf8 } from '../../core/index.ts'

/** Bytes one after the other; each part that varies in length says how long it is. */
export function joinBytes(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Big-endian. */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** Big-endian; at most 2⁵³ − 1, which no epoch or sequence reaches. */
export function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/** @throws {LumosError} `malformed-frame` past 2⁵³ − 1 */
export function readUint64(bytes: Uint8Array, at: number): number {
  const value = viewOf(bytes).getBigUint64(at)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new LumosError('malformed-frame', 'A number of the message is out of range.')
  }
  return Number(value)
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint32(at)
}

/** A text with its length before it. */
export function sizedText(text: string): Uint8Array {
  const bytes = utf8.encode(text)
  return joinBytes(uint32(bytes.length), bytes)
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
