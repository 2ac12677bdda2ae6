import type { ContentId } from '../contracts/index.ts'

/** A piece of a file, in the order of the file: a block of plain bytes. */
export interface Chunk {
  cid: ContentId
  sizeBytes: number
}

export function sizeOfChunks(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0)
}

/** Paths become file names here: nothing that climbs, hides or means something to JavaScript. */
export function isSafePath(path: string): boolean {
  return path.length <= 512 && path.split('/').every(name => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
}
