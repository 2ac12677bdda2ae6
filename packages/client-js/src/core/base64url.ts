import { LumosError } from '../contracts/index.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Character code by value. */
const codes = Uint8Array.from(alphabet, character => character.charCodeAt(0))
const noValue = 255
/** Value by character code. */
const values = new Uint8Array(128).fill(noValue)
for (const [value, code] of codes.entries()) values[code] = value
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
  const whole = bytes.length - (bytes.length % 3)
  let at = offset
  for (let index = 0; index < whole; index += 3) {
    const group = (byteAt(bytes, index) << 16) | (byteAt(bytes, index + 1) << 8) | byteAt(bytes, index + 2)
    target[at] = byteAt(codes, group >> 18)
    target[at + 1] = byteAt(codes, (group >> 12) & 63)
    target[at + 2] = byteAt(codes, (group >> 6) & 63)
    target[at + 3] = byteAt(codes, group & 63)
    at += 4
  }
  if (whole === bytes.length) return
  const group = (byteAt(bytes, whole) << 16) | ((bytes[whole + 1] ?? 0) << 8)
  target[at] = byteAt(codes, group >> 18)
  target[at + 1] = byteAt(codes, (group >> 12) & 63)
  if (bytes.length - whole === 2) target[at + 2] = byteAt(codes, (group >> 6) & 63)
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] as number
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 === 1) throw malformed('it is cut off')
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let bitCount = 0
  let at = 0
  for (let index = 0; index < text.length; index++) {
    const value = values[text.charCodeAt(index)] ?? noValue
    if (value === noValue) throw malformed('a character is outside the alphabet')
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
