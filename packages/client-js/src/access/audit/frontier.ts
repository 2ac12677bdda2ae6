import { emptyRoot, nodeHash, type TreeHash } from './tree-hash.ts'

/** The right edge of a growing tree: the roots of its perfect subtrees, largest first. O(log n) hashes tell it all. */
export class Frontier {
  #size: number
  #hashes: TreeHash[]

  /** @param hashes - one for each bit set in `size`, largest subtree first */
  constructor(size = 0, hashes: readonly TreeHash[] = []) {
    this.#size = size
    this.#hashes = [...hashes]
  }

  get size(): number {
    return this.#size
  }

  clone(): Frontier {
    return new Frontier(this.#size, this.#hashes)
  }

  /**
   * Adds a leaf by its hash. Resolves to the roots of the subtrees that it completes, smallest first: the leaf's own
   * hash, then that of the pair it ends, and so on.
   */
  async append(leaf: TreeHash): Promise<TreeHash[]> {
    const completed = [leaf]
    let node = leaf
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      node = await nodeHash(this.#hashes.pop() as TreeHash, node)
      completed.push(node)
    }
    this.#hashes.push(node)
    this.#size++
    return completed
  }

  async root(): Promise<TreeHash> {
    const hashes = [...this.#hashes]
    let node = hashes.pop()
    if (node === undefined) return emptyRoot()
    for (let left = hashes.pop(); left !== undefined; left = hashes.pop()) node = await nodeHash(left, node)
    return node
  }
}

/** How many perfect subtrees a tree of `size` leaves falls into: one for each bit set. */
export function perfectSubtreeCount(size: number): number {
  return size.toString(2).replaceAll('0', '').length
}
