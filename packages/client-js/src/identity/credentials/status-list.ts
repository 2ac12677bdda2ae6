import { LumosError } from '../../contracts/index.ts'
import { base64url } from '../../core/index.ts'
import { refusal } from './refusal.ts'

/** The least a list may hold, so that one entry hides among many. @see Bitstring Status List 1.0 section 6.1 */
export const minStatusListLength = 131_072
const maxStatusListLength = minStatusListLength * 64

/** Bits by index, the first one the most significant of the first byte. */
export class StatusList {
  readonly #bytes: Uint8Array<ArrayBuffer>

  private constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes
  }

  /** @param length - in bits, a multiple of 8 from 131,072 to 8,388,608; all are clear */
  static create(length: number = minStatusListLength): StatusList {
    const isRight =
      Number.isInteger(length / 8) && length >= minStatusListLength && length <= maxStatusListLength
    if (!isRight)
      throw new LumosError('invalid-request', 'A status list has 131,072 to 8,388,608 bits, whole bytes.')
    return new StatusList(new Uint8Array(length / 8))
  }

  /**
   * A list from hostile text.
   *
   * @throws {LumosError} `invalid-request`, also for one that grows past 1 MiB when it is unpacked
   */
  static async decode(text: string): Promise<StatusList> {
    if (!text.startsWith('u')) throw refusal('malformed', 'a status list is not multibase base64url')
    try {
      const bytes = await gunzip(base64url.decode(text.slice(1)), maxStatusListLength / 8)
      if (bytes.length * 8 >= minStatusListLength) return new StatusList(bytes)
    } catch (cause) {
      throw refusal('malformed', 'a status list cannot be unpacked', cause)
    }
    throw refusal('malformed', 'a status list is shorter than 131,072 entries')
  }

  get length(): number {
    return this.#bytes.length * 8
  }

  get(index: number): boolean {
    return ((this.#byte(index) >> (7 - (index & 7))) & 1) === 1
  }

  set(index: number, value: boolean): void {
    const mask = 0x80 >> (index & 7)
    this.#bytes[index >> 3] = value ? this.#byte(index) | mask : this.#byte(index) & ~mask
  }

  /** Multibase base64url of the gzipped bits. @see Bitstring Status List 1.0 section 3.3 */
  async encode(): Promise<string> {
    const stream = new Blob([this.#bytes]).stream().pipeThrough(new CompressionStream('gzip'))
    return `u${base64url.encode(new Uint8Array(await new Response(stream).arrayBuffer()))}`
  }

  #byte(index: number): number {
    const byte = Number.isInteger(index) && index >= 0 ? this.#bytes[Math.floor(index / 8)] : undefined
    if (byte === undefined) throw new LumosError('invalid-request', 'The status list has no such entry.')
    return byte
  }
}

async function gunzip(packed: Uint8Array<ArrayBuffer>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  const bytes = new Uint8Array(maxBytes)
  let length = 0
  for await (const part of stream) {
    if (length + part.length > maxBytes)
      throw new LumosError('too-large', `It is larger than ${maxBytes} bytes.`)
    bytes.set(part, length)
    length += part.length
  }
  return bytes.slice(0, length)
}
