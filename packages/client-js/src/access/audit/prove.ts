import { nodeHash, type TreeHash } from './tree-hash.ts'

/** The root of the perfect subtree of 2^`level` leaves that begins at leaf `start`, a multiple of its size. */
export type ReadSubtree = (start: number, level: number) => Promise<TreeHash>

/** The siblings on the way from leaf `index` up to the root of the first `size` leaves. @see RFC 6962 section 2.1.1 */
export async function inclusionPath(read: ReadSubtree, index: number, size: number): Promise<TreeHash[]> {
  const path: TreeHash[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitPoint(end - start)
    if (index < middle) {
      path.push(await rangeHash(read, middle, end))
      end = middle
    } else {
      path.push(await rangeHash(read, start, middle))
      start = middle
    }
  }
  return path.reverse()
}

/** What turns the root of the first `from` leaves into that of the first `to`. @see RFC 6962 section 2.1.2 */
export async function consistencyPath(read: ReadSubtree, from: number, to: number): Promise<TreeHash[]> {
  const path: TreeHash[] = []
  let [start, end] = [0, to]
  while (from !== end) {
    const middle = start + splitPoint(end - start)
    if (from <= middle) {
      path.push(await rangeHash(read, middle, end))
      end = middle
    } else {
      path.push(await rangeHash(read, start, middle))
      start = middle
    }
  }
  // The old tree's root itself: whoever asks has it.
  if (start > 0) path.push(await rangeHash(read, start, end))
  return path.reverse()
}

/** The root over leaves `start` to `end`, the latter not included. `start` is a multiple of the range's split point. */
async function rangeHash(read: ReadSubtree, start: number, end: number): Promise<TreeHash> {
  const size = end - start
  const level = Math.round(Math.log2(size))
  if (2 ** level === size) return read(start, level)
  const middle = start + splitPoint(size)
  return nodeHash(await rangeHash(read, start, middle), await rangeHash(read, middle, end))
}

/** The largest power of two below `size`, for `size` above 1. */
function splitPoint(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}
