import { decodeMlsMessage, type MLSMessage } from 'ts-mls/message.js'
import { LumosError } from '../../contracts/index.ts'
import { maxMlsBytes } from './message-limit.ts'

/**
 * The one MLS message that hostile bytes hold, to the last byte.
 *
 * @throws {LumosError} `too-large`, `malformed-frame`
 */
export function decodeMls(bytes: Uint8Array): MLSMessage {
  if (bytes.length > maxMlsBytes) {
    throw new LumosError('too-large', `A message of a group has at most ${maxMlsBytes} bytes.`)
  }
  let decoded: ReturnType<typeof decodeMlsMessage>
  try {
    decoded = decodeMlsMessage(bytes, 0)
  } catch (cause) {
    throw new LumosError('malformed-frame', 'The bytes are not an MLS message.', { cause })
  }
  if (decoded === undefined || decoded[1] !== bytes.length) {
    throw new LumosError('malformed-frame', 'The bytes are not one whole MLS message.')
  }
  return decoded[0]
}
