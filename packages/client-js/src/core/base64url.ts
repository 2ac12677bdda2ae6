import { LumosError } from '../contracts/index.ts'

const chunkSize = 8192

function binaryString(bytes: Uint8Array): string {
  if (bytes.length <= chunkSize) return String.fromCharCode(...bytes)
  let text = ''
  for (let start = 0; start < bytes.length; start += chunkSize) {
    text += String.fromCharCode(...bytes.subarray(start, start + chunkSize))
  }
  return text
}

function encode(bytes: Uint8Array): string {
  return btoa(binaryString(bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  let binary: string
  try {
    if (!/^[\w-]*$/.test(text)) throw new Error('a character outside the alphabet')
    binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  } catch (cause) {
    throw new LumosError('malformed-frame', 'The text is not base64url.', { cause })
  }
  const bytes = Uint8Array.from(binary, character => character.charCodeAt(0))
  // Several texts decode to the same bytes when the unused tail bits are free; only one of them may pass.
  if (encode(bytes) !== text) throw new LumosError('malformed-frame', 'The base64url text is not canonical.')
  return bytes
}

/** Without padding. `decode` accepts exactly what `encode` gives. @see RFC 4648 section 5 */
export const base64url = { encode, decode }
