import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-web'
import { sharedInput } from './graph/segment-attention.ts'
import type { KeyValueSpan } from './key-value-columns.ts'
import type { ModelGeometry } from './model-geometry.ts'
import type { OnnxRuntime } from './runtime.ts'

export interface SegmentRow {
  ids: readonly number[]
  /** Own tokens read. */
  length: number
}

export interface SegmentBatch {
  shared: KeyValueSpan | undefined
  /** `[rows, heads, columns, headSize]` per cache. */
  own: readonly Float32Array[]
  columns: number
  rows: readonly SegmentRow[]
  /** Logits wanted per row, from the last token. */
  keep: number
}

export interface SegmentResult {
  /** `[rows, keep]` */
  logits: Float32Array[][]
  /** `[rows, heads, width, headSize]` per cache; a row's tokens are its last columns. */
  fresh: Float32Array[]
  width: number
}

/**
 * Runs a graph whose attention is in segments: one step of several sequences at once, each with its own length.
 * Rows are filled up from the left with tokens the mask hides, so that every row ends at the last position.
 */
export class SegmentSession {
  readonly geometry: ModelGeometry
  readonly #session: InferenceSession
  readonly #runtime: OnnxRuntime
  /** Stands for a segment without tokens: one hidden column. */
  readonly #empty: readonly Float32Array[]

  constructor(session: InferenceSession, geometry: ModelGeometry, runtime: OnnxRuntime) {
    this.#session = session
    this.geometry = geometry
    this.#runtime = runtime
    this.#empty = geometry.caches.map(({ heads, headSize }) => new Float32Array(heads * headSize))
  }

  async run(batch: SegmentBatch): Promise<SegmentResult> {
    const { rows, keep } = batch
    const width = Math.max(...rows.map(({ ids }) => ids.length))
    const outputs = await this.#session.run(this.#feeds(batch, width))
    const logits = outputs.logits as Tensor
    const [count, positions, size] = logits.dims as [number, number, number]
    const data = logits.data as Float32Array
    const kept = Array.from({ length: count }, (_, row) =>
      Array.from({ length: keep }, (_, index) => {
        const start = (row * positions + positions - keep + index) * size
        return data.slice(start, start + size)
      }),
    )
    const fresh = this.geometry.caches.map(({ output }) => (outputs[output] as Tensor).data as Float32Array)
    return { logits: kept, fresh, width }
  }

  async release(): Promise<void> {
    await this.#session.release()
  }

  #feeds({ shared, own, columns, rows, keep }: SegmentBatch, width: number): Record<string, OnnxValue> {
    const { caches, hasPositionIds, hasLogitsToKeep } = this.geometry
    const feeds: Record<string, OnnxValue> = {}
    const sharedColumns = shared?.length ?? 1
    const ownColumns = Math.max(columns, 1)
    for (const [index, { input, heads, headSize }] of caches.entries()) {
      const sharedData = (shared?.caches ?? this.#empty)[index] as Float32Array
      feeds[sharedInput(input)] = this.#float32(sharedData, [1, heads, sharedColumns, headSize])
      const ownData = columns > 0 ? (own[index] as Float32Array) : this.#noColumn(index, rows.length)
      feeds[input] = this.#float32(ownData, [rows.length, heads, ownColumns, headSize])
    }
    const total = sharedColumns + ownColumns + width
    const dims = [rows.length, width]
    const ids = new BigInt64Array(rows.length * width)
    const positions = new BigInt64Array(rows.length * width)
    const mask = new BigInt64Array(rows.length * total)
    for (const [row, { ids: rowIds, length }] of rows.entries()) {
      const pad = width - rowIds.length
      const start = (shared?.length ?? 0) + length
      for (const [index, id] of rowIds.entries()) {
        ids[row * width + pad + index] = BigInt(id)
        positions[row * width + pad + index] = BigInt(start + index)
      }
      if (shared !== undefined) mask.fill(1n, row * total, row * total + sharedColumns)
      mask.fill(1n, row * total + sharedColumns, row * total + sharedColumns + length)
      mask.fill(1n, (row + 1) * total - rowIds.length, (row + 1) * total)
    }
    feeds.input_ids = this.#int64(ids, dims)
    feeds.attention_mask = this.#int64(mask, [rows.length, total])
    if (hasPositionIds) feeds.position_ids = this.#int64(positions, dims)
    if (hasLogitsToKeep) feeds.num_logits_to_keep = this.#int64(BigInt64Array.of(BigInt(keep)), [])
    return feeds
  }

  #noColumn(cache: number, rows: number): Float32Array {
    return new Float32Array(rows * (this.#empty[cache] as Float32Array).length)
  }

  #float32(data: Float32Array, dims: number[]): Tensor {
    return new this.#runtime.Tensor('float32', data, dims)
  }

  #int64(data: BigInt64Array, dims: number[]): Tensor {
    return new this.#runtime.Tensor('int64', data, dims)
  }
}
