/** One field of a protobuf message, as it lies on the wire. @see Protocol Buffers, Encoding */
export interface WireField {
  number: number
  /** Of wire type 0; else 0n. */
  varint: bigint
  /** Of the other wire types: the content without its length. A view, never a copy. */
  bytes: Uint8Array
  wireType: WireType
}

type WireType = 0 | 1 | 2 | 5

const nothing = new Uint8Array(0)

/** @throws {RangeError} when the message is cut short or malformed */
export function readFields(message: Uint8Array): WireField[] {
  const reader = new WireReader(message)
  const fields: WireField[] = []
  while (!reader.isAtEnd) fields.push(reader.field())
  return fields
}

/** Reads a repeated integer, packed or not. */
export function readVarints(field: WireField): bigint[] {
  if (field.wireType === 0) return [field.varint]
  const reader = new WireReader(field.bytes)
  const values: bigint[] = []
  while (!reader.isAtEnd) values.push(reader.varint())
  return values
}

class WireReader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#bytes.length
  }

  field(): WireField {
    const tag = Number(this.varint())
    const number = tag >>> 3
    const wireType = tag & 7
    if (wireType === 0) return { number, wireType, varint: this.varint(), bytes: nothing }
    if (wireType === 2) return { number, wireType, varint: 0n, bytes: this.#take(Number(this.varint())) }
    if (wireType === 1) return { number, wireType, varint: 0n, bytes: this.#take(8) }
    if (wireType === 5) return { number, wireType, varint: 0n, bytes: this.#take(4) }
    throw new RangeError(`Wire type ${wireType} is unknown.`)
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#offset++]
      if (byte === undefined) throw new RangeError('The message is cut short.')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new RangeError('A number is too long.')
  }

  #take(length: number): Uint8Array {
    const end = this.#offset + length
    if (end > this.#bytes.length) throw new RangeError('The message is cut short.')
    const bytes = this.#bytes.subarray(this.#offset, end)
    this.#offset = end
    return bytes
  }
}

export function varintField(number: number, value: bigint | number): WireField {
  return { number, wireType: 0, varint: BigInt.asUintN(64, BigInt(value)), bytes: nothing }
}

export function bytesField(number: number, bytes: Uint8Array): WireField {
  return { number, wireType: 2, varint: 0n, bytes }
}

export function textField(number: number, text: string): WireField {
  return bytesField(number, new TextEncoder().encode(text))
}

export function writeFields(fields: readonly WireField[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = []
  for (const { number, wireType, varint, bytes } of fields) {
    parts.push(writeVarint(BigInt((number << 3) | wireType)))
    if (wireType === 0) parts.push(writeVarint(varint))
    else if (wireType === 2) parts.push(writeVarint(BigInt(bytes.length)), bytes)
    else parts.push(bytes)
  }
  const message = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    message.set(part, offset)
    offset += part.length
  }
  return message
}

function writeVarint(value: bigint): Uint8Array {
  const out: number[] = []
  let rest = value
  while (rest > 0x7fn) {
    out.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  out.push(Number(rest))
  return Uint8Array.from(out)
}
