/** Sizes in bytes. All nodes that cut with the same numbers share blocks. @see spec/content.md#cutting */
export const cutting = {
  /** Where a smaller tensor begins or ends is no seam. */
  tensor: 4 * 2 ** 10,
  /** No block ends at a seam before this. */
  seam: 64 * 2 ** 10,
  /** No block ends by its content before this. */
  minimum: 512 * 2 ** 10,
  /** Every block ends here. */
  maximum: 2 * 2 ** 20,
  /** Beyond the minimum, one place of 2 ** 19 ends a block. */
  mask: 0xff_ff_e0_00 | 0,
} as const

/** What a byte adds to the rolling hash: murmur3's finaliser over multiples of the golden ratio. */
const gear = Int32Array.from({ length: 256 }, (_, byte) => {
  let x = Math.imul(byte + 1, 0x9e3779b9)
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
})

/**
 * Cuts a stream into chunks at places that its content names, so that what was inserted or removed changes the
 * chunks around it and no others: at seams, which the format knows (where a tensor begins or ends), and elsewhere
 * where a rolling hash says so.
 *
 * @see Xia et al., FastCDC, USENIX ATC 2016 (the gear hash and the skipped minimum)
 */
export class Chunker {
  readonly #buffer = new Uint8Array(cutting.maximum)
  #length = 0
  #hash = 0
  /** Of the stream, at the start of the buffer. */
  #offset = 0
  #seams: number[] = []

  /** Bytes taken so far, in chunks or waiting to be. */
  get takenBytes(): number {
    return this.#offset + this.#length
  }

  /** The chunks that `bytes` complete. @param seams - offsets in the stream, ascending, not yet reached */
  push(bytes: Uint8Array, seams: readonly number[] = []): Uint8Array<ArrayBuffer>[] {
    this.#seams.push(...seams)
    const chunks: Uint8Array<ArrayBuffer>[] = []
    let position = 0
    while (position < bytes.length) {
      const taken = this.#take(bytes, position)
      position += taken.count
      if (taken.isCut) chunks.push(this.#cut())
    }
    return chunks
  }

  /** What is left, to end the stream; undefined when nothing is. */
  finish(): Uint8Array<ArrayBuffer> | undefined {
    return this.#length === 0 ? undefined : this.#cut()
  }

  #cut(): Uint8Array<ArrayBuffer> {
    const chunk = this.#buffer.slice(0, this.#length)
    this.#offset += this.#length
    this.#length = 0
    this.#hash = 0
    return chunk
  }

  /** Copies as far as the next cut, or to the end of `bytes`. */
  #take(bytes: Uint8Array, from: number): { count: number; isCut: boolean } {
    const limit = Math.min(bytes.length - from, this.#nextForcedCut() - this.#length)
    const end = this.#findCut(bytes, from, limit)
    const count = end ?? limit
    this.#buffer.set(bytes.subarray(from, from + count), this.#length)
    this.#length += count
    return { count, isCut: end !== undefined || this.#length === this.#nextForcedCut() }
  }

  /** Length of the chunk at the next seam that may end it, or the greatest. */
  #nextForcedCut(): number {
    while (this.#seams[0] !== undefined && this.#seams[0] - this.#offset < cutting.seam) this.#seams.shift()
    const [seam] = this.#seams
    return seam === undefined ? cutting.maximum : Math.min(seam - this.#offset, cutting.maximum)
  }

  /** How many bytes from `from` on the hash ends the chunk after, among `limit`. */
  #findCut(bytes: Uint8Array, from: number, limit: number): number | undefined {
    let hash = this.#hash
    for (let index = Math.max(0, cutting.minimum - this.#length); index < limit; index++) {
      hash = ((hash << 1) + (gear[bytes[from + index] as number] as number)) | 0
      if ((hash & cutting.mask) === 0) return index + 1
    }
    this.#hash = hash
    return undefined
  }
}
