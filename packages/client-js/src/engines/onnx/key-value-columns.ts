import type { CacheSlot } from './model-geometry.ts'

/** Keys or values of one row: float32 `[heads, columns, headSize]`, at `offset` of `data`. A column is a token. */
export interface KeyValueColumns {
  data: Float32Array
  offset: number
  columns: number
}

export interface ColumnCopy {
  from: KeyValueColumns
  /** First column to read. */
  start: number
  count: number
  to: KeyValueColumns
  /** First column to write. */
  at: number
}

export function copyColumns(
  { heads, headSize }: CacheSlot,
  { from, start, count, to, at }: ColumnCopy,
): void {
  for (let head = 0; head < heads; head++) {
    const source = from.offset + (head * from.columns + start) * headSize
    const target = to.offset + (head * to.columns + at) * headSize
    to.data.set(from.data.subarray(source, source + count * headSize), target)
  }
}

/** The caches of some tokens that follow each other, never changed: one `[heads, length, headSize]` per cache. */
export interface KeyValueSpan {
  readonly length: number
  readonly caches: readonly Float32Array[]
}

/** Whoever can write a range of its columns into somebody else's. */
export type ColumnSource = (cache: number, copy: Omit<ColumnCopy, 'from'>) => void

/** A copy of `count` columns from `start`. */
export function takeSpan(
  slots: readonly CacheSlot[],
  source: ColumnSource,
  start: number,
  count: number,
): KeyValueSpan {
  const caches = slots.map(({ heads, headSize }, cache) => {
    const data = new Float32Array(heads * count * headSize)
    source(cache, { start, count, to: { data, offset: 0, columns: count }, at: 0 })
    return data
  })
  return { length: count, caches }
}

export function spanSource(slots: readonly CacheSlot[], span: KeyValueSpan): ColumnSource {
  return (cache, copy) => {
    const from = { data: span.caches[cache] as Float32Array, offset: 0, columns: span.length }
    copyColumns(slots[cache] as CacheSlot, { ...copy, from })
  }
}

/** Of one token in all caches. */
export function bytesPerToken(slots: readonly CacheSlot[]): number {
  return slots.reduce((sum, { heads, headSize }) => sum + heads * headSize * 4, 0)
}

export function sharedLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length)
  let length = 0
  while (length < limit && a[length] === b[length]) length++
  return length
}
