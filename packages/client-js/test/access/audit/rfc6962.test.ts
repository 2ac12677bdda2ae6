import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Frontier } from '../../../src/access/audit/frontier.ts'
import { consistencyPath, inclusionPath } from '../../../src/access/audit/prove.ts'
import { emptyRoot, leafHash, type TreeHash } from '../../../src/access/audit/tree-hash.ts'
import { isConsistent, rootFromInclusion } from '../../../src/access/audit/verify-proofs.ts'
import vectors from './vectors/rfc6962.json' with { type: 'json' }

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))
const hex = (hash: Uint8Array | undefined) => hash && Buffer.from(hash).toString('hex')

/** The tree of RFC 6962 section 2.1 word by word, as slow and as plain as it is written there. */
async function treeHash(leaves: readonly Uint8Array[]): Promise<TreeHash> {
  const digest = (...parts: Uint8Array[]) =>
    new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest())
  if (leaves.length === 0) return digest()
  if (leaves.length === 1) return digest(Uint8Array.of(0), leaves[0] as Uint8Array)
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return digest(Uint8Array.of(1), await treeHash(leaves.slice(0, split)), await treeHash(leaves.slice(split)))
}

function leavesOf(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => new TextEncoder().encode(`leaf ${index}`))
}

/** Reads subtrees of these leaves, and counts how often. */
function reader(leaves: readonly Uint8Array[]) {
  const reads = { count: 0 }
  const read = (start: number, level: number) => {
    reads.count++
    expect(start % 2 ** level).toBe(0)
    return treeHash(leaves.slice(start, start + 2 ** level))
  }
  return { read, reads }
}

describe('the Merkle tree of RFC 6962', () => {
  it(`has the roots of the reference for 0 to ${vectors.leaves.length} leaves`, async () => {
    expect(hex(await emptyRoot())).toBe(vectors.roots[0])
    const frontier = new Frontier()
    for (const [index, leaf] of vectors.leaves.entries()) {
      const completed = await frontier.append(await leafHash(new Uint8Array(Buffer.from(leaf, 'hex'))))
      // Smallest first: the leaf's own hash, up to the largest subtree that ends with it.
      const levels = completed.map((hash, level) => [
        hex(hash),
        vectors.nodes[level]?.[(index + 1) / 2 ** level - 1],
      ])
      for (const [hash, expected] of levels) expect(hash).toBe(expected)
      expect(levels).toHaveLength(1 + Math.log2((index + 1) & -(index + 1)))
      expect(hex(await frontier.root())).toBe(vectors.roots[index + 1])
    }
  })

  it(`judges ${vectors.inclusion.length} inclusion proofs as the reference does`, async () => {
    for (const vector of vectors.inclusion) {
      const root = await rootFromInclusion({
        leaf: bytes(vector.leafHash),
        index: vector.leafIdx,
        size: vector.treeSize,
        path: (vector.proof ?? []).map(bytes),
      })
      const isValid = root !== undefined && hex(root) === hex(bytes(vector.root))
      expect(isValid, vector.name).toBe(!vector.wantErr)
    }
  })

  it(`judges ${vectors.consistency.length} consistency proofs as the reference does`, async () => {
    for (const vector of vectors.consistency) {
      const isValid = await isConsistent({
        from: vector.size1,
        to: vector.size2,
        fromRoot: bytes(vector.root1),
        toRoot: bytes(vector.root2),
        path: (vector.proof ?? []).map(bytes),
      })
      expect(isValid, vector.name).toBe(!vector.wantErr)
    }
  })

  it('gives the proofs of the reference', async () => {
    const { read } = reader(vectors.leaves.map(leaf => new Uint8Array(Buffer.from(leaf, 'hex'))))
    const base64 = (path: TreeHash[]) => path.map(hash => Buffer.from(hash).toString('base64'))
    for (const vector of vectors.inclusion.filter(({ name }) => /\d\/happy-path$/.test(name))) {
      const path = await inclusionPath(read, vector.leafIdx, vector.treeSize)
      expect(base64(path), vector.name).toEqual(vector.proof ?? [])
    }
    for (const vector of vectors.consistency.filter(({ name }) => /\d\/happy-path$/.test(name))) {
      const path = await consistencyPath(read, vector.size1, vector.size2)
      expect(base64(path), vector.name).toEqual(vector.proof ?? [])
    }
  })

  it('equals the recursive definition, and proves every leaf and every earlier size, up to 17 leaves', async () => {
    const all = leavesOf(17)
    const { read } = reader(all)
    const frontier = new Frontier()
    const roots = [await frontier.root()]
    for (let size = 1; size <= all.length; size++) {
      await frontier.append(await leafHash(all[size - 1] as Uint8Array))
      const root = await frontier.root()
      expect(hex(root)).toBe(hex(await treeHash(all.slice(0, size))))
      roots.push(root)
      for (let index = 0; index < size; index++) {
        const path = await inclusionPath(read, index, size)
        const leaf = await leafHash(all[index] as Uint8Array)
        expect(hex(await rootFromInclusion({ leaf, index, size, path }))).toBe(hex(root))
        // Of no other place.
        for (const other of [index - 1, index + 1]) {
          expect(hex(await rootFromInclusion({ leaf, index: other, size, path }))).not.toBe(hex(root))
        }
      }
      for (let from = 1; from <= size; from++) {
        const path = await consistencyPath(read, from, size)
        const [fromRoot, toRoot] = [roots[from] as TreeHash, root]
        expect(await isConsistent({ from, to: size, fromRoot, toRoot, path })).toBe(true)
        expect(await isConsistent({ from, to: size, fromRoot: toRoot, toRoot: fromRoot, path })).toBe(
          from === size,
        )
      }
    }
  })

  it('reads at most 2 log2 n subtrees for a proof', async () => {
    const size = 199
    const { read, reads } = reader(leavesOf(size))
    for (const index of [0, 1, 98, 127, 128, 197, 198]) {
      reads.count = 0
      await inclusionPath(read, index, size)
      expect(reads.count).toBeLessThanOrEqual(16)
      reads.count = 0
      await consistencyPath(read, index + 1, size)
      expect(reads.count).toBeLessThanOrEqual(16)
    }
  })

  it('goes on from a frontier that was kept', async () => {
    const { read } = reader(leavesOf(13))
    const frontier = new Frontier(13, [await read(0, 3), await read(8, 2), await read(12, 0)])
    expect(hex(await frontier.root())).toBe(hex(await treeHash(leavesOf(13))))
    const clone = frontier.clone()
    await clone.append(await leafHash(leavesOf(14)[13] as Uint8Array))
    expect(hex(await clone.root())).toBe(hex(await treeHash(leavesOf(14))))
    expect(frontier.size).toBe(13)
  })
})
