import {
  type GroupId,
  type GroupMember,
  type Identity,
  LumosError,
  type Verifier,
} from '../../contracts/index.ts'
import { utf8 } from '../../core/index.ts'
import { joinBytes, readUint32, readUint64, sizedText, uint32, uint64 } from './byte-fields.ts'
import type { EpochKey } from './epoch-keys.ts'

/** Largest message that is sealed: 16 MiB. */
export const maxSealedBytes = 16 * 1024 * 1024

const version = 1
const nonceLength = 12
const tagLength = 16
const signatureLength = 64
/** version, epoch, leaf, nonce */
const headerLength = 1 + 8 + 4 + nonceLength
const domain = utf8.encode('lumos/1 group message\0')

/** What a message is bound to beside its bytes. */
export interface SealContext {
  groupId: GroupId
  epochKey: EpochKey
  /** What the bytes are. */
  context: string
}

/**
 * version 1 ‖ epoch ‖ leaf ‖ nonce ‖ AES-256-GCM(signature ‖ bytes). The sender signs group, epoch, context, itself, the nonce and
 * the bytes; all but the bytes are authenticated by the cipher too.
 *
 * @throws {LumosError} `too-large`
 */
export async function sealMessage(
  bytes: Uint8Array,
  sealContext: SealContext & { leaf: number; identity: Identity },
): Promise<Uint8Array> {
  const { epochKey, leaf, identity } = sealContext
  if (bytes.length > maxSealedBytes) {
    throw new LumosError('too-large', `A sealed message has at most ${maxSealedBytes} bytes.`)
  }
  const nonce = crypto.getRandomValues(new Uint8Array(nonceLength))
  const header = joinBytes(Uint8Array.of(version), uint64(epochKey.epoch), uint32(leaf), nonce)
  const bound = boundBytes(header, senderAt(epochKey, leaf), sealContext)
  const signature = await identity.sign(joinBytes(domain, bound, bytes))
  const key = await importKey(epochKey, 'encrypt')
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: bound }
  const ciphertext = await crypto.subtle.encrypt(parameters, key, joinBytes(signature, bytes))
  return joinBytes(header, new Uint8Array(ciphertext))
}

/**
 * The epoch that hostile bytes say they were sealed in.
 *
 * @throws {LumosError} `too-large`, `malformed-frame`
 */
export function sealedEpoch(sealed: Uint8Array): number {
  if (sealed.length > headerLength + signatureLength + maxSealedBytes + tagLength) {
    throw new LumosError('too-large', `A sealed message has at most ${maxSealedBytes} bytes.`)
  }
  if (sealed.length < headerLength + signatureLength + tagLength || sealed[0] !== version) {
    throw new LumosError('malformed-frame', 'The bytes are not a sealed message.')
  }
  return readUint64(sealed, 1)
}

/**
 * What was sealed, and by whom.
 *
 * @param sealed - of the epoch of `epochKey`: see {@link sealedEpoch}
 * @throws {LumosError} `invalid-proof`
 */
export async function openMessage(
  sealed: Uint8Array,
  sealContext: SealContext & { verifier: Verifier },
): Promise<{ bytes: Uint8Array; sender: GroupMember }> {
  const { epochKey, verifier } = sealContext
  const header = sealed.slice(0, headerLength)
  const sender = senderAt(epochKey, readUint32(header, 9))
  const bound = boundBytes(header, sender, sealContext)
  const key = await importKey(epochKey, 'decrypt')
  const nonce = header.slice(headerLength - nonceLength)
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: bound }
  let plain: Uint8Array
  try {
    plain = new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed.slice(headerLength)))
  } catch (cause) {
    throw notAuthentic('It was changed, or is of another group or for something else.', { cause })
  }
  const signature = plain.slice(0, signatureLength)
  const bytes = plain.slice(signatureLength)
  const isSigned = await verifier.verify(sender.key, joinBytes(domain, bound, bytes), signature)
  if (!isSigned) throw notAuthentic('Another member sealed it than the one it names.')
  return { bytes, sender }
}

function senderAt({ roster }: EpochKey, leaf: number): GroupMember {
  const sender = roster[leaf]
  if (sender === undefined || sender === null)
    throw notAuthentic('It names a sender who was not in the group.')
  return sender
}

function boundBytes(header: Uint8Array, sender: GroupMember, { groupId, context }: SealContext) {
  return joinBytes(
    header,
    sizedText(groupId),
    sizedText(context),
    sizedText(sender.did),
    sizedText(sender.key),
  )
}

function importKey({ key }: EpochKey, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key.slice(), 'AES-GCM', false, [use])
}

function notAuthentic(why: string, options?: ErrorOptions): LumosError {
  return new LumosError('invalid-proof', `The sealed message is not authentic. ${why}`, options)
}
