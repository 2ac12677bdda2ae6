import type { Welcome } from 'ts-mls/welcome.js'
import { LumosError } from '../../contracts/index.ts'
import { joinBytes, readUint64, uint64 } from './byte-fields.ts'
import { decodeMls } from './decode-mls.ts'
import { suiteName } from './mls-suite.ts'

const version = 1
const headerLength = 9

/** @param sequence - of the relay's entry that added; the new member goes on behind it */
export function encodeInvitation(sequence: number, welcome: Uint8Array): Uint8Array {
  return joinBytes(Uint8Array.of(version), uint64(sequence), welcome)
}

/** @throws {LumosError} `too-large`, `malformed-frame`; `unsupported` for another cipher suite */
export function decodeInvitation(bytes: Uint8Array): { sequence: number; welcome: Welcome } {
  if (bytes.length < headerLength || bytes[0] !== version) {
    throw new LumosError('malformed-frame', 'The bytes are not an invitation.')
  }
  const message = decodeMls(bytes.slice(headerLength))
  if (message.wireformat !== 'mls_welcome') {
    throw new LumosError('malformed-frame', 'The bytes are not an invitation.')
  }
  if (message.welcome.cipherSuite !== suiteName) {
    throw new LumosError('unsupported', `The invitation is for another cipher suite than ${suiteName}.`)
  }
  return { sequence: readUint64(bytes, 1), welcome: message.welcome }
}
