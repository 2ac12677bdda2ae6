import { createHash } from 'node:crypto'
import { Chunker } from '../../src/content/chunker.ts'
import { OnnxSeams } from '../../src/content/onnx-seams.ts'
import type { SeededRandom } from '../fuzz/seeded-random.ts'

/**
 * Chosen tensors differ everywhere: a byte in each 16 KiB. Not chosen is a tensor that alone is more than a twentieth of
 * the file, as the embeddings are: when it changes, it moves.
 *
 * @param share - of the tensors of 4 KiB or more, by number
 */
export function changeTensors(file: Uint8Array, share: number, random: SeededRandom) {
  const seams = new OnnxSeams().push(file)
  const all = Array.from({ length: seams.length / 2 }, (_, index) => seams.slice(2 * index, 2 * index + 2))
  const tensors = all.filter(([start = 0, end = 0]) => end - start <= file.length / 20)
  const after = Uint8Array.from(file)
  let changedBytes = 0
  const chosen = Math.max(1, Math.round(all.length * share))
  for (let count = 0; count < chosen; count++) {
    const [[start = 0, end = 0] = []] = tensors.splice(random.below(tensors.length), 1)
    for (let place = start; place < end; place += 2 ** 14) after[place] = (after[place] ?? 0) ^ 0x55
    changedBytes += end - start
  }
  return { after, changedShare: changedBytes / file.length }
}

/** Which share of `after` is in chunks that `before` does not have, by three ways to cut. */
export function movedShare(before: Uint8Array, after: Uint8Array) {
  const share = (cut: (file: Uint8Array) => Uint8Array[]): number => {
    const known = new Set(cut(before).map(hashOf))
    const moved = cut(after).filter(chunk => !known.has(hashOf(chunk)))
    return moved.reduce((sum, chunk) => sum + chunk.length, 0) / after.length
  }
  return {
    tensors: share(file => cut(file, new OnnxSeams().push(file))),
    content: share(file => cut(file, [])),
    fixed: share(cutFixed),
  }
}

function cut(file: Uint8Array, seams: number[]): Uint8Array[] {
  const chunker = new Chunker()
  return [...chunker.push(file, seams), chunker.finish()].filter(chunk => chunk !== undefined)
}

function cutFixed(file: Uint8Array): Uint8Array[] {
  const sizeBytes = 2 ** 20
  return Array.from({ length: Math.ceil(file.length / sizeBytes) }, (_, index) =>
    file.subarray(index * sizeBytes, (index + 1) * sizeBytes),
  )
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
