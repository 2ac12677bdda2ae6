import {
  type ColumnSource,
  copyColumns,
  type KeyValueColumns,
  type KeyValueSpan,
} from './key-value-columns.ts'
import type { CacheSlot } from './model-geometry.ts'

/** Columns are added by so many at once. */
const columnStep = 64

/**
 * The caches of sequences that are computed together, laid out as the graph reads them: the tokens all share once,
 * then `[rows, heads, columns, headSize]` per cache, each row filled from its first column.
 */
export class RowGroup {
  /** What all rows begin with. */
  readonly shared: KeyValueSpan | undefined
  /** Own tokens of each row. */
  readonly lengths: number[] = []
  readonly #slots: readonly CacheSlot[]
  #caches: Float32Array[]
  #columns = 0
  #capacity = 0

  constructor(slots: readonly CacheSlot[], shared: KeyValueSpan | undefined) {
    this.#slots = slots
    this.shared = shared
    this.#caches = slots.map(() => new Float32Array(0))
  }

  get columns(): number {
    return this.#columns
  }

  get sharedLength(): number {
    return this.shared?.length ?? 0
  }

  get sizeBytes(): number {
    return this.#caches.reduce((sum, data) => sum + data.byteLength, 0)
  }

  /** Of `rows` that follow each other; views, valid until a row grows or leaves. */
  views(first: number, rows: number): Float32Array[] {
    return this.#caches.map((data, cache) => {
      const size = this.#rowSize(cache)
      return data.subarray(first * size, (first + rows) * size)
    })
  }

  /** Adds a row whose own tokens are the columns `start` to `end` of `source`. */
  add(source: ColumnSource, start: number, end: number): number {
    const row = this.lengths.length
    this.lengths.push(0)
    this.#reserve(end - start)
    for (const cache of this.#slots.keys()) {
      source(cache, { start, count: end - start, to: this.#row(cache, row), at: 0 })
    }
    this.lengths[row] = end - start
    return row
  }

  /** Takes `row` out. The last row moves into its place. */
  remove(row: number): void {
    this.swap(row, this.lengths.length - 1)
    this.lengths.pop()
    if (this.lengths.length === 0) this.#resize(0, 0)
  }

  swap(a: number, b: number): void {
    if (a === b) return
    for (const [cache, data] of this.#caches.entries()) {
      const size = this.#rowSize(cache)
      const held = data.slice(a * size, (a + 1) * size)
      data.copyWithin(a * size, b * size, (b + 1) * size)
      data.set(held, b * size)
    }
    const [first, second] = [this.lengths[a] as number, this.lengths[b] as number]
    this.lengths[a] = second
    this.lengths[b] = first
  }

  /** Appends `count` columns to `row`. */
  append(row: number, source: ColumnSource, start: number, count: number): void {
    const at = this.lengths[row] as number
    this.#reserve(at + count)
    for (const cache of this.#slots.keys()) source(cache, { start, count, to: this.#row(cache, row), at })
    this.lengths[row] = at + count
  }

  /** Columns of `row`, the shared ones first. */
  source(row: number): ColumnSource {
    return (cache, { start, count, to, at }) => {
      const slot = this.#slots[cache] as CacheSlot
      const sharedCount = Math.max(0, Math.min(count, this.sharedLength - start))
      if (this.shared !== undefined && sharedCount > 0) {
        const from = {
          data: this.shared.caches[cache] as Float32Array,
          offset: 0,
          columns: this.sharedLength,
        }
        copyColumns(slot, { from, start, count: sharedCount, to, at })
      }
      const own = { start: start + sharedCount - this.sharedLength, count: count - sharedCount }
      if (own.count > 0) copyColumns(slot, { from: this.#row(cache, row), ...own, to, at: at + sharedCount })
    }
  }

  #reserve(columns: number): void {
    const wide = Math.max(this.#columns, Math.ceil(Math.max(columns, 1) / columnStep) * columnStep)
    const rows = this.lengths.length
    if (wide > this.#columns || rows > this.#capacity) {
      this.#resize(
        wide,
        rows > this.#capacity ? Math.max(rows, Math.min(2 * this.#capacity, 16)) : this.#capacity,
      )
    }
  }

  #resize(columns: number, capacity: number): void {
    const old = this.#caches
    const oldColumns = this.#columns
    this.#columns = columns
    this.#capacity = capacity
    this.#caches = this.#slots.map((slot, cache) => {
      const data = new Float32Array(capacity * slot.heads * columns * slot.headSize)
      const size = slot.heads * oldColumns * slot.headSize
      for (const [row, count] of this.lengths.entries()) {
        const from = { data: old[cache] as Float32Array, offset: row * size, columns: oldColumns }
        const to = { data, offset: row * slot.heads * columns * slot.headSize, columns }
        if (count > 0) copyColumns(slot, { from, start: 0, count, to, at: 0 })
      }
      return data
    })
  }

  #row(cache: number, row: number): KeyValueColumns {
    return {
      data: this.#caches[cache] as Float32Array,
      offset: row * this.#rowSize(cache),
      columns: this.#columns,
    }
  }

  #rowSize(cache: number): number {
    const { heads, headSize } = this.#slots[cache] as CacheSlot
    return heads * this.#columns * headSize
  }
}
