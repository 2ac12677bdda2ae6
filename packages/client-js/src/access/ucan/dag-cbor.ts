import { decode, encode } from '@ipld/dag-cbor'
import { LumosError } from '../../contracts/index.ts'
import { scanCbor } from './scan-cbor.ts'

/** The bytes that a value has in dag-cbor; equal values have equal bytes. @see IPLD, DAG-CBOR, Strictness */
export function encodeDagCbor(value: unknown): Uint8Array {
  try {
    return encode(value)
  } catch (cause) {
    throw new LumosError('invalid-request', 'A token holds what dag-cbor can: no undefined, no infinity.', {
      cause,
    })
  }
}

/**
 * The value of hostile bytes. Only the one encoding that {@link encodeDagCbor} gives passes, so that bytes, value
 * and CID name each other.
 *
 * @throws {LumosError} `too-large`, `malformed-frame`
 */
export function decodeDagCbor(bytes: Uint8Array): unknown {
  scanCbor(bytes)
  let value: unknown
  let again: Uint8Array
  try {
    value = decode(bytes)
    again = encode(value)
  } catch (cause) {
    throw new LumosError('malformed-frame', 'The bytes are not dag-cbor.', { cause })
  }
  if (!equalBytes(bytes, again)) {
    throw new LumosError('malformed-frame', 'The bytes are not in the canonical form of dag-cbor.')
  }
  return value
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
