import { LumosError } from '../contracts/index.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Character code by value. */
const codes = Uint8Array.from(alphabet, character => character.charCodeAt(0))
/** Value by character code; absent where there is none. */
const values = new Map(Array.from(codes, (code, value) => [code, value]))
const ascii = new TextDecoder()

/** In loops of its own: through `btoa` and a binary string it takes ten times as long. */
function encode(bytes: Uint8Array): string {
  const text = new Uint8Array(encodedLength(bytes.length))
  encodeInto(bytes, text, 0)
  return ascii.decode(text)
}

/** The same of text that is all ASCII, such as a header's: for a hundred characters the codecs cost more than the work. */
function encodeAscii(input: string): string {
  let text = ''
  for (let index = 0; index < input.length; index += 3) {
    const rest = input.length - index
    const second = rest > 1 ? input.charCodeAt(index + 1) : 0
    const third = rest > 2 ? input.charCodeAt(index + 2) : 0
    const group = (input.charCodeAt(index) << 16) | (second << 8) | third
    text += character(group >> 18) + character((group >> 12) & 63)
    if (rest > 1) text += character((group >> 6) & 63)
    if (rest > 2) text += character(group & 63)
  }
  return text
}

function character(value: number): string {
  return alphabet[value] as string
}

/** How many characters `byteLength` bytes become. */
function encodedLength(byteLength: number): number {
  return Math.ceil((byteLength * 4) / 3)
}

/** Writes the text's ASCII codes to `target`, from `offset` on. */
function encodeInto(bytes: Uint8Array, target: Uint8Array, offset: number): void {
  const end = offset + encodedLength(bytes.length)
  let at = offset
  for (let index = 0; index < bytes.length; index += 3) {
    const group = ((bytes[index] as number) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0)
    target[at] = codes[group >> 18] as number
    target[at + 1] = codes[(group >> 12) & 63] as number
    if (at + 2 < end) target[at + 2] = codes[(group >> 6) & 63] as number
    if (at + 3 < end) target[at + 3] = codes[group & 63] as number
    at += 4
  }
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 === 1) throw malformed('it is cut off')
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let bitCount = 0
  let at = 0
  for (let index = 0; index < text.length; index++) {
    const value = values.get(text.charCodeAt(index))
    if (value === undefined) throw malformed('a character is outside the alphabet')
    bits = ((bits << 6) | value) & 0xffff
    bitCount += 6
    if (bitCount < 8) continue
    bitCount -= 8
    bytes[at++] = bits >> bitCount
  }
  // Several texts decode to the same bytes when the unused tail bits are free; only one of them may pass.
  if ((bits & ((1 << bitCount) - 1)) !== 0) throw malformed('it is not canonical')
  return bytes
}

function malformed(why: string): LumosError {
  return new LumosError('malformed-frame', `The text is not base64url: ${why}.`)
}

/** Without padding. `decode` accepts exactly what `encode` gives. @see RFC 4648 section 5 */
export const base64url = { encode, encodeAscii, encodeInto, encodedLength, decode }
