import { type Identity, LumosError } from '../../contracts/index.ts'
import { base64url } from '../../core/index.ts'
import { decodeDagCbor, encodeDagCbor, equalBytes } from './dag-cbor.ts'
import { readMap } from './fields.ts'
import { tokenLimits } from './scan-cbor.ts'

/** What a token is about. */
export type TokenKind = 'dlg' | 'inv'

/** A token taken apart. Its signature is not checked. */
export interface OpenEnvelope {
  bytes: Uint8Array
  /** Ed25519, 64 bytes. */
  signature: Uint8Array
  /** What the signature is over. */
  signedBytes: Uint8Array
  payload: unknown
}

// Varsig 1: 0x34, version 1, EdDSA (0xed) on edwards25519 (0xed) with SHA-512 (0x13), over dag-cbor (0x71).
const varsigHeader = Uint8Array.of(0x34, 0x01, 0xed, 0x01, 0xed, 0x01, 0x13, 0x71)

const version = '1.0.0-rc.1'
// The published vectors carry the name that the candidate will have; nothing else in them differs.
const readableVersions = [version, '1.0.0']

/** A list of two, then 64 bytes with their head: where the signed part of a canonical token begins. */
const signedOffset = 1 + 2 + 64

/**
 * Signs a payload. Whether a reader takes it shows when it is read.
 *
 * @returns the token's bytes
 * @throws {LumosError} `invalid-request` for what dag-cbor does not have
 * @see UCAN 1.0, Envelope
 */
export async function sealEnvelope(kind: TokenKind, payload: object, signer: Identity): Promise<Uint8Array> {
  const signed = { h: varsigHeader, [`ucan/${kind}@${version}`]: payload }
  const signature = await signer.sign(encodeDagCbor(signed))
  return encodeDagCbor([signature, signed])
}

/**
 * Takes hostile bytes apart.
 *
 * @throws {LumosError} `too-large`, `malformed-frame`; `invalid-request` for a token of another kind or signature
 */
export function openEnvelope(kind: TokenKind, bytes: Uint8Array): OpenEnvelope {
  const value = decodeDagCbor(bytes)
  if (!Array.isArray(value) || value.length !== 2) throw invalid('it is not a signature and what was signed')
  const [signature, signed] = value as unknown[]
  if (!(signature instanceof Uint8Array) || signature.length !== 64)
    throw invalid('its signature is not Ed25519')
  const { h: header, ...rest } = readMap(signed, 'signed part')
  if (!(header instanceof Uint8Array) || !equalBytes(header, varsigHeader)) {
    throw invalid('it is not signed by Ed25519 over dag-cbor')
  }
  const tags = Object.keys(rest)
  const [tag] = tags
  if (
    tag === undefined ||
    tags.length > 1 ||
    !readableVersions.some(known => tag === `ucan/${kind}@${known}`)
  ) {
    throw invalid(`it is not of the kind ucan/${kind}@${version}`)
  }
  return { bytes, signature, signedBytes: bytes.subarray(signedOffset), payload: rest[tag] }
}

/** @throws {LumosError} `malformed-frame`; `too-large`, before anything is decoded */
export function bytesFromToken(token: string): Uint8Array {
  if (token.length > Math.ceil((tokenLimits.maxBytes * 4) / 3)) {
    throw new LumosError('too-large', `A token has at most ${tokenLimits.maxBytes} bytes.`)
  }
  return base64url.decode(token)
}

function invalid(why: string): LumosError {
  return new LumosError('invalid-request', `The token is not valid: ${why}.`)
}
