import type { AuditEntry, SignedTreeHead } from '../../contracts/index.ts'
import { LumosError } from '../../contracts/index.ts'
import { entryHash } from './audit-leaf.ts'
import { isSameHash, type TreeHash } from './tree-hash.ts'
import { hashFromText, type VerifyTreeHeadOptions, verifyTreeHead } from './tree-head.ts'
import { isConsistent, rootFromInclusion } from './verify-proofs.ts'

/**
 * Resolves when `entry` is in the log that `head` stands for, and the node signed that head.
 *
 * @param proof.path - what `proveInclusion(entry.index, head.treeSize)` gave
 * @throws {LumosError} `invalid-proof`
 */
export async function verifyInclusion(
  proof: { entry: AuditEntry; head: SignedTreeHead; path: readonly string[] },
  options: VerifyTreeHeadOptions = {},
): Promise<void> {
  const { entry, head, path } = proof
  await verifyTreeHead(head, options)
  const root = await rootFromInclusion({
    leaf: await entryHash(entry),
    index: entry.index,
    size: head.treeSize,
    path: hashesOf(path),
  })
  const isIncluded = root !== undefined && isSameHash(root, hashFromText(head.rootHash) as TreeHash)
  if (!isIncluded) throw new LumosError('invalid-proof', 'The entry is not in the log of this head.')
}

/**
 * Resolves when the log of `to` begins with everything that was in the log of `from`, both signed by one node.
 *
 * @param proof.path - what `proveConsistency(from.treeSize, to.treeSize)` gave; `[]` for an empty `from`
 * @throws {LumosError} `invalid-proof`
 */
export async function verifyConsistency(
  proof: { from: SignedTreeHead; to: SignedTreeHead; path: readonly string[] },
  options: VerifyTreeHeadOptions = {},
): Promise<void> {
  const { from, to, path } = proof
  await verifyTreeHead(from, options)
  await verifyTreeHead(to, { ...options, nodeId: from.nodeId })
  // Any log begins with the empty one.
  if (from.treeSize === 0 && path.length === 0) return
  const isValid = await isConsistent({
    from: from.treeSize,
    to: to.treeSize,
    fromRoot: hashFromText(from.rootHash) as TreeHash,
    toRoot: hashFromText(to.rootHash) as TreeHash,
    path: hashesOf(path),
  })
  if (!isValid) throw new LumosError('invalid-proof', 'The later log does not begin with the earlier one.')
}

/** @throws {LumosError} `invalid-proof` */
export function hashesOf(path: readonly string[]): TreeHash[] {
  return path.map(text => {
    const hash = hashFromText(text)
    if (hash === undefined) throw new LumosError('invalid-proof', 'A hash of the proof is not a SHA-256.')
    return hash
  })
}
