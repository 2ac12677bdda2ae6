import { LumosError } from '../../contracts/index.ts'

/** Eight groups of seven bits: more than `Number.MAX_SAFE_INTEGER` needs. */
const maxVarintBytes = 8

export interface DecodedVarint {
  value: number
  /** Index of the first byte after the number. */
  end: number
}

/** How many bytes {@link writeVarint} needs for `value`. */
export function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1
  return length
}

/** Writes `value`, a safe integer from 0, and returns the index after it. @see multiformats unsigned-varint */
export function writeVarint(value: number, target: Uint8Array, offset: number): number {
  let position = offset
  let rest = value
  while (rest >= 0x80) {
    target[position++] = (rest % 0x80) + 0x80
    rest = Math.floor(rest / 0x80)
  }
  target[position++] = rest
  return position
}

/**
 * The number at `offset`, or `undefined` while its last byte has not arrived.
 *
 * @throws {LumosError} `malformed-frame` for one that is too long, too large or not the shortest form
 */
export function readVarint(bytes: Uint8Array, offset: number): DecodedVarint | undefined {
  let value = 0
  let scale = 1
  for (let index = 0; index < maxVarintBytes; index += 1) {
    const byte = bytes[offset + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * scale
    if (byte < 0x80) {
      if (byte === 0 && index > 0) throw malformed('not in its shortest form')
      if (value > Number.MAX_SAFE_INTEGER) throw malformed('too large')
      return { value, end: offset + index + 1 }
    }
    scale *= 0x80
  }
  throw malformed('too long')
}

function malformed(what: string): LumosError {
  return new LumosError('malformed-frame', `The peer sent a number that is ${what}`)
}
