import { base58btc } from 'multiformats/bases/base58'
import { type Did, LumosError } from '../contracts/index.ts'
import { isDid } from './is-did.ts'
import { isSmallOrder } from './small-order.ts'

// Multicodec ed25519-pub, then the key.
const didPrefix = Uint8Array.of(0xed, 0x01)
// Identity multihash of the protobuf PublicKey { Type: Ed25519, Data: key }.
const peerIdPrefix = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)
const peerIdPattern = /^12D3Koo[1-9A-HJ-NP-Za-km-z]{45}$/

/** @param publicKey - raw Ed25519, 32 bytes */
export function didFromPublicKey(publicKey: Uint8Array): Did {
  return `did:key:${base58btc.encode(framed(didPrefix, publicKey))}` as Did
}

/**
 * The raw Ed25519 key that a did:key names, 32 bytes.
 *
 * @throws {LumosError} `invalid-request` for anything else, also for keys whose signatures prove nothing
 * @see The did:key Method v0.9
 */
export function publicKeyFromDid(did: string): Uint8Array {
  if (!isDid(did)) throw notOurs(did)
  return unframed(didPrefix, base58btc.decode(did.slice('did:key:'.length)), did)
}

/** The libp2p PeerId of the same key, as base58. @see libp2p peer-ids spec */
export function peerIdFromDid(did: string): string {
  return base58btc.baseEncode(framed(peerIdPrefix, publicKeyFromDid(did)))
}

/** @throws {LumosError} `invalid-request` for PeerIds of other key types */
export function didFromPeerId(peerId: string): Did {
  if (!peerIdPattern.test(peerId)) throw notOurs(peerId)
  return didFromPublicKey(unframed(peerIdPrefix, base58btc.decode(`z${peerId}`), peerId))
}

function framed(prefix: Uint8Array, publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== 32) throw new LumosError('invalid-request', 'An Ed25519 public key has 32 bytes.')
  const bytes = new Uint8Array(prefix.length + 32)
  bytes.set(prefix)
  bytes.set(publicKey, prefix.length)
  return bytes
}

function unframed(prefix: Uint8Array, bytes: Uint8Array, name: string): Uint8Array {
  const isFramed = bytes.length === prefix.length + 32 && prefix.every((byte, index) => bytes[index] === byte)
  const publicKey = bytes.slice(prefix.length)
  if (!isFramed || isSmallOrder(publicKey)) throw notOurs(name)
  return publicKey
}

function notOurs(name: string): LumosError {
  return new LumosError('invalid-request', `Not the name of an Ed25519 key: ${name.slice(0, 80)}`)
}
