import { LumosError } from '../contracts/index.ts'

const encoder = new TextEncoder()
// ignoreBOM keeps a byte order mark in the text, where JSON forbids it, instead of hiding it.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const utf8 = {
  encode: (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text),

  /** @throws {LumosError} `malformed-frame` when the bytes are not UTF-8 */
  decode(bytes: Uint8Array): string {
    try {
      return decoder.decode(bytes)
    } catch (cause) {
      throw new LumosError('malformed-frame', 'The bytes are not valid UTF-8.', { cause })
    }
  },
}
