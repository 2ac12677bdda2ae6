import { hash } from 'node:crypto'
import type { Platform } from './platform.ts'

/** Of SHA-256, in bytes. */
const blockBytes = 64
const hashBytes = 32

/**
 * By two hashes in one go each: a Hmac object and its stream cost more than the hashing.
 *
 * @see RFC 2104 section 2; keys are shorter than a block
 */
export const createMac: Platform['createMac'] = key => {
  const innerKey = paddedKey(key, 0x36)
  const outer = new Uint8Array(blockBytes + hashBytes)
  outer.set(paddedKey(key, 0x5c))
  return (first, second) => {
    const inner = Buffer.allocUnsafe(blockBytes + first.byteLength + second.byteLength)
    inner.set(innerKey)
    inner.set(first, blockBytes)
    inner.set(second, blockBytes + first.byteLength)
    outer.set(hash('sha256', inner, 'buffer'), blockBytes)
    return hash('sha256', outer, 'buffer')
  }
}

function paddedKey(key: Uint8Array, pad: number): Uint8Array {
  const padded = new Uint8Array(blockBytes).fill(pad)
  for (const [index, byte] of key.entries()) padded[index] = byte ^ pad
  return padded
}
