import { LumosError } from '../../contracts/index.ts'
import { decodeFrame, type Frame } from './frame.ts'
import { readVarint } from './varint.ts'

const nothing = new Uint8Array(0)

/** Cuts an arbitrarily chunked byte stream into frames. Holds at most one unfinished frame. */
export class FrameDecoder {
  readonly #maxFrameBytes: number
  /** Starts with an unfinished frame, `#filled` bytes of it; the rest is room to grow. */
  #partial = nothing
  #filled = 0

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes
  }

  /**
   * Yields the frames that `chunk` completes. Their payloads are views that nobody writes to again.
   *
   * @throws {LumosError} `malformed-frame`; `too-large`, before the frame's bytes are kept
   */
  *push(chunk: Uint8Array): Generator<Frame, void, undefined> {
    const bytes = this.#filled === 0 ? chunk : this.#append(chunk)
    let offset = 0
    for (let end = this.#frameEnd(bytes, 0); end !== undefined; end = this.#frameEnd(bytes, offset)) {
      const frame = bytes.subarray(end.start, end.end)
      offset = end.end
      yield decodeFrame(frame)
    }
    this.#keep(bytes, offset)
  }

  /** Where the frame at `offset` lies, once all its bytes are there. */
  #frameEnd(bytes: Uint8Array, offset: number): { start: number; end: number } | undefined {
    const length = readVarint(bytes, offset)
    if (length === undefined) return undefined
    const end = length.end + length.value
    if (end - offset > this.#maxFrameBytes) {
      throw new LumosError('too-large', `The peer announced a frame of ${length.value} bytes`, {
        details: { maxBytes: this.#maxFrameBytes },
      })
    }
    return end <= bytes.byteLength ? { start: length.end, end } : undefined
  }

  /** Appends in place, doubling the room, so that byte-sized chunks cost no more than large ones. */
  #append(chunk: Uint8Array): Uint8Array {
    const filled = this.#filled + chunk.byteLength
    if (filled > this.#partial.byteLength) {
      const grown = new Uint8Array(Math.max(filled, 2 * this.#partial.byteLength))
      grown.set(this.#partial.subarray(0, this.#filled))
      this.#partial = grown
    }
    this.#partial.set(chunk, this.#filled)
    this.#filled = filled
    return this.#partial.subarray(0, filled)
  }

  #keep(bytes: Uint8Array, offset: number): void {
    const isStillPartial = offset === 0 && this.#filled > 0
    if (isStillPartial) return
    this.#filled = bytes.byteLength - offset
    this.#partial = this.#filled === 0 ? nothing : bytes.slice(offset)
  }
}
