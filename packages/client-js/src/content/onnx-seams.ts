import { cutting } from './chunker.ts'

/** The messages of ONNX that lead to tensors. @see onnx.proto3: ModelProto, GraphProto, TensorProto */
type MessageKind = 'model' | 'graph' | 'tensor'

const children: Record<MessageKind, Partial<Record<number, MessageKind>>> = {
  model: { 7: 'graph' },
  graph: { 5: 'tensor' },
  tensor: {},
}
const rawDataField = 9

/**
 * Finds where the weights of an ONNX file begin and end, while the file streams by. What is no ONNX file has no
 * seams; nothing it holds does harm.
 */
export class OnnxSeams {
  readonly #open: { kind: MessageKind; end: number }[] = [{ kind: 'model', end: Number.POSITIVE_INFINITY }]
  #offset = 0
  /** Bytes of a field that say nothing here. */
  #skip = 0
  #reading: 'key' | 'value' | 'length' = 'key'
  #varint = 0
  #scale = 1
  #field = 0
  #isLost = false

  /** Offsets in the stream, ascending; some may lie beyond `bytes`. */
  push(bytes: Uint8Array): number[] {
    const seams: number[] = []
    let position = 0
    while (position < bytes.length && !this.#isLost) {
      const skipped = Math.min(this.#skip, bytes.length - position)
      this.#skip -= skipped
      position += skipped
      this.#offset += skipped
      if (position === bytes.length) break
      this.#closeMessages()
      if (!this.#isLost) this.#takeByte(bytes[position++] as number, seams)
    }
    return seams
  }

  #takeByte(byte: number, seams: number[]): void {
    this.#offset++
    this.#varint += (byte & 0x7f) * this.#scale
    this.#scale *= 128
    if (byte >= 0x80) {
      // Ten bytes are the longest varint of Protocol Buffers.
      this.#isLost = this.#scale > 2 ** 63
      return
    }
    const value = this.#varint
    this.#varint = 0
    this.#scale = 1
    if (this.#reading === 'key') this.#takeKey(value)
    else if (this.#reading === 'length') this.#takeLength(value, seams)
    else this.#reading = 'key'
  }

  #takeKey(key: number): void {
    this.#field = Math.floor(key / 8)
    const wireType = key % 8
    if (wireType === 0) this.#reading = 'value'
    else if (wireType === 1) this.#skip = 8
    else if (wireType === 2) this.#reading = 'length'
    else if (wireType === 5) this.#skip = 4
    else this.#isLost = true
  }

  #takeLength(length: number, seams: number[]): void {
    this.#reading = 'key'
    const { kind, end: limit } = this.#current()
    const end = this.#offset + length
    if (end > limit || !Number.isSafeInteger(end)) {
      this.#isLost = true
      return
    }
    const child = children[kind][this.#field]
    if (child !== undefined) {
      this.#open.push({ kind: child, end })
      return
    }
    this.#skip = length
    if (kind === 'tensor' && this.#field === rawDataField && length >= cutting.tensor) {
      seams.push(this.#offset, end)
    }
  }

  #closeMessages(): void {
    while (this.#offset >= this.#current().end) {
      if (this.#offset > this.#current().end || this.#reading !== 'key') {
        this.#isLost = true
        return
      }
      this.#open.pop()
    }
  }

  #current(): { kind: MessageKind; end: number } {
    return this.#open[this.#open.length - 1] as { kind: MessageKind; end: number }
  }
}
