import type { ClientState } from 'ts-mls/clientState.js'
import { mlsExporter } from 'ts-mls/keySchedule.js'
import type { Welcome } from 'ts-mls/welcome.js'
import { LumosError } from '../../contracts/index.ts'
import { joinBytes, readUint64, uint64 } from './byte-fields.ts'
import { decodeMls } from './decode-mls.ts'
import { unbound } from './member-credential.ts'
import { type Mls, suiteName } from './mls-suite.ts'

/** An invitation before anybody vouched for it. */
export interface Invitation {
  /** Of the relay's entry that added; the new member goes on behind it. */
  sequence: number
  welcome: Welcome
  tag: Uint8Array
  /** What the tag vouches for. */
  tagged: Uint8Array
}

const version = 1
const tagLength = 32
const headerLength = 9
const exporterLabel = 'lumos/1 group invitation'

/**
 * version 1 ‖ sequence ‖ tag ‖ welcome. The tag is made with a key of the epoch, so that only who can open the welcome
 * can check it, and nobody on the way can change the rest unseen.
 *
 * @param state - the group that the welcome leads into
 */
export async function encodeInvitation(
  mls: Mls,
  state: ClientState,
  { sequence, welcome }: { sequence: number; welcome: Uint8Array },
): Promise<Uint8Array> {
  const header = joinBytes(Uint8Array.of(version), uint64(sequence))
  const tag = await mls.suite.hash.mac(await tagKey(mls, state), joinBytes(header, welcome))
  return joinBytes(header, tag, welcome)
}

/** @throws {LumosError} `too-large`, `malformed-frame`; `unsupported` for another cipher suite */
export function decodeInvitation(bytes: Uint8Array): Invitation {
  if (bytes.length < headerLength + tagLength || bytes[0] !== version) throw malformed()
  const encoded = bytes.slice(headerLength + tagLength)
  const message = decodeMls(encoded)
  if (message.wireformat !== 'mls_welcome') throw malformed()
  const { welcome } = message
  if (welcome.cipherSuite !== suiteName) {
    throw new LumosError('unsupported', `The invitation is for another cipher suite than ${suiteName}.`)
  }
  const tag = bytes.slice(headerLength, headerLength + tagLength)
  const tagged = joinBytes(bytes.slice(0, headerLength), encoded)
  return { sequence: readUint64(bytes, 1), welcome, tag, tagged }
}

/** @throws {LumosError} `invalid-proof` when somebody changed it on the way */
export async function verifyInvitation(mls: Mls, state: ClientState, invitation: Invitation): Promise<void> {
  const { tag, tagged } = invitation
  const isWhole = await mls.suite.hash.verifyMac(await tagKey(mls, state), tag, tagged)
  if (!isWhole) throw unbound('The invitation was changed on its way.')
}

function tagKey(mls: Mls, state: ClientState): Promise<Uint8Array> {
  return mlsExporter(state.keySchedule.exporterSecret, exporterLabel, new Uint8Array(), 32, mls.suite)
}

function malformed(): LumosError {
  return new LumosError('malformed-frame', 'The bytes are not an invitation.')
}
