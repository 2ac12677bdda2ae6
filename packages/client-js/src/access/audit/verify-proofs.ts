import { hashLength, isSameHash, nodeHash, type TreeHash } from './tree-hash.ts'

/** Walks up from a leaf. Undefined when the path is not of the length that place and size demand. */
export async function rootFromInclusion(proof: {
  leaf: TreeHash
  index: number
  size: number
  path: readonly TreeHash[]
}): Promise<TreeHash | undefined> {
  const { leaf, index, size, path } = proof
  if (index < 0 || index >= size || !areHashes(leaf, ...path)) return undefined
  let [node, at, last] = [leaf, index, size - 1]
  for (const sibling of path) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      node = await nodeHash(sibling, node)
      // A node without a right sibling is its own parent, as often as that is so.
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else node = await nodeHash(node, sibling)
    at = half(at)
    last = half(last)
  }
  return last === 0 ? node : undefined
}

/** Whether the path leads from the root of `from` leaves to that of `to`. @see RFC 9162 section 2.1.4.2 */
export async function isConsistent(proof: {
  from: number
  to: number
  fromRoot: TreeHash
  toRoot: TreeHash
  path: readonly TreeHash[]
}): Promise<boolean> {
  const { from, to, fromRoot, toRoot, path } = proof
  if (from < 1 || from > to || !areHashes(...path)) return false
  if (from === to) return path.length === 0 && isSameHash(fromRoot, toRoot)
  let [at, last] = [from - 1, to - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  // A perfect old tree is the first node itself.
  const nodes = at === 0 ? [fromRoot, ...path] : [...path]
  const first = nodes.shift()
  if (first === undefined) return false
  let [oldNode, newNode] = [first, first]
  for (const sibling of nodes) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      oldNode = await nodeHash(sibling, oldNode)
      newNode = await nodeHash(sibling, newNode)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else newNode = await nodeHash(newNode, sibling)
    at = half(at)
    last = half(last)
  }
  return last === 0 && isSameHash(oldNode, fromRoot) && isSameHash(newNode, toRoot)
}

function areHashes(...hashes: TreeHash[]): boolean {
  return hashes.every(({ length }) => length === hashLength)
}

function half(value: number): number {
  return Math.floor(value / 2)
}
