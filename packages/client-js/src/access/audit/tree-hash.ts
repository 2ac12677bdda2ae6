import { sha256 } from 'multiformats/hashes/sha2'

/** SHA-256, 32 bytes. */
export type TreeHash = Uint8Array

export const hashLength = 32

/** The two kinds of input never collide: each begins with its own byte. @see RFC 6962 section 2.1 */
export function leafHash(leaf: Uint8Array): Promise<TreeHash> {
  return hashOf(Uint8Array.of(0), leaf)
}

export function nodeHash(left: TreeHash, right: TreeHash): Promise<TreeHash> {
  return hashOf(Uint8Array.of(1), left, right)
}

/** The root of a tree without leaves. */
export function emptyRoot(): Promise<TreeHash> {
  return hashOf()
}

export function isSameHash(one: TreeHash, other: TreeHash): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}

async function hashOf(...parts: Uint8Array[]): Promise<TreeHash> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  // Synchronous in Node.
  return (await sha256.digest(bytes)).digest
}
