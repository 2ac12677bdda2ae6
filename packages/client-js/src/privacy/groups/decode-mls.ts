import { decodeMlsMessage, encodeMlsMessage, type MLSMessage } from 'ts-mls/message.js'
import { LumosError } from '../../contracts/index.ts'
import { equalBytes } from './byte-fields.ts'
import { maxMlsBytes } from './message-limit.ts'

/**
 * The one MLS message that hostile bytes hold, to the last byte, and written in the one way there is: lengths that
 * take more bytes than they need are refused.
 *
 * @throws {LumosError} `too-large`, `malformed-frame`
 */
export function decodeMls(bytes: Uint8Array): MLSMessage {
  if (bytes.length > maxMlsBytes) {
    throw new LumosError('too-large', `A message of a group has at most ${maxMlsBytes} bytes.`)
  }
  let decoded: ReturnType<typeof decodeMlsMessage>
  let isCanonical = false
  try {
    decoded = decodeMlsMessage(bytes, 0)
    isCanonical = decoded !== undefined && equalBytes(encodeMlsMessage(decoded[0]), bytes)
  } catch (cause) {
    throw new LumosError('malformed-frame', 'The bytes are not an MLS message.', { cause })
  }
  if (decoded === undefined || decoded[1] !== bytes.length || !isCanonical) {
    throw new LumosError('malformed-frame', 'The bytes are not one whole MLS message.')
  }
  return decoded[0]
}
