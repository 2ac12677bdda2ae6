import { blockTokens } from './block-pool.ts'
import type { Kernels } from './kernels.ts'
import type { LlamaWeights } from './llama-weights.ts'
import { type PlacedLayer, type PlacedMatrix, type PlacedWeights, placeWeights } from './packed-weights.ts'
import { WasmMemory } from './wasm-memory.ts'

/** Some tokens of one sequence. */
export interface PackedPart {
  ids: readonly number[]
  /** Position of the first. */
  first: number
  /** Addresses of the sequence's blocks, with room for these tokens. */
  blocks: readonly number[]
  /** Logits wanted, from the last token. */
  keep: number
}

/** Tokens of all parts of one run. */
export const maxPackedTokens = 256

/** Logits computed at once. */
const maxLogitRows = 16

/**
 * A Llama-shaped decoder in our own WASM: the tokens of all sequences lie packed behind each other, without padding,
 * and each matrix is gone through once for all of them. Only attention looks at one sequence at a time.
 */
export class PackedNetwork {
  readonly memory: WasmMemory
  readonly blockBytes: number
  readonly vocabulary: number
  readonly #kernels: Kernels
  readonly #shape: LlamaWeights
  readonly #weights: PlacedWeights
  readonly #room: ReturnType<typeof takeRoom>

  /** @throws {RangeError} without memory */
  constructor(kernels: Kernels, weights: LlamaWeights, contextLength: number) {
    this.#kernels = kernels
    this.memory = new WasmMemory(kernels.memory)
    this.#weights = placeWeights(kernels, this.memory, weights, contextLength)
    this.#room = takeRoom(this.memory, weights, contextLength)
    this.#shape = { ...weights, layers: [], embeddings: { ...weights.embeddings, codes: new Uint8Array(0) } }
    this.vocabulary = weights.vocabulary
    this.blockBytes = weights.layers.length * this.#layerBytes
  }

  /** @returns float32 logits by part, then by kept token */
  run(parts: readonly PackedPart[]): Float32Array[][] {
    const { x } = this.#room
    const starts = startsOf(parts)
    const ids = parts.flatMap(part => part.ids)
    for (const [token, id] of ids.entries()) this.#lookUp(id, x + token * this.#shape.hidden * 4)
    this.#writeTables(parts)
    for (const [index, layer] of this.#weights.layers.entries()) {
      this.#attention(parts, starts, layer, index * this.#layerBytes, ids.length)
      this.#mlp(layer, ids.length)
    }
    const kept = parts.flatMap(({ ids: { length }, keep }, part) => {
      return Array.from({ length: keep }, (_, row) => (starts[part] as number) + length - keep + row)
    })
    const logits = this.#logits(kept)
    return parts.map(({ keep }) => logits.splice(0, keep))
  }

  /** Of keys and values in a block. */
  get #layerBytes(): number {
    return 2 * this.#keyBytes
  }

  get #keyBytes(): number {
    return this.#shape.keyHeads * this.#shape.headSize * blockTokens * 4
  }

  #lookUp(id: number, target: number): void {
    const { panels, scales, width } = this.#weights.embeddings
    this.#kernels.lookUp(panels, scales, width, id, target)
  }

  #writeTables(parts: readonly PackedPart[]): void {
    const { words } = this.memory
    let at = this.#room.tables / 4
    for (const { blocks } of parts) {
      words.set(blocks, at)
      at += blocks.length
    }
  }

  #attention(
    parts: readonly PackedPart[],
    starts: readonly number[],
    layer: PlacedLayer,
    offset: number,
    tokens: number,
  ): void {
    const { x, normed, query, key, value, mixed } = this.#room
    this.#normalise(tokens, x, layer.inputNorm, normed)
    this.#multiply(tokens, normed, layer.query, query)
    this.#multiply(tokens, normed, layer.key, key)
    this.#multiply(tokens, normed, layer.value, value)
    for (const [index, part] of parts.entries()) this.#place(part, starts[index] as number, offset)
    this.#attend(parts, starts, offset)
    this.#multiply(tokens, mixed, layer.output, x, true)
  }

  /** Turns queries and keys of a part by their positions, and remembers keys and values. */
  #place({ ids, first, blocks }: PackedPart, start: number, offset: number): void {
    const { heads, keyHeads, headSize, attentionScale } = this.#shape
    const { rotate, remember } = this.#kernels
    const { query, key, value } = this.#room
    const width = keyHeads * headSize * 4
    for (const index of ids.keys()) {
      const row = start + index
      const position = first + index
      const angles = position * headSize * 2
      const cos = this.#weights.cos + angles
      const sin = this.#weights.sin + angles
      rotate(query + row * heads * headSize * 4, heads, headSize, cos, sin, attentionScale)
      rotate(key + row * width, keyHeads, headSize, cos, sin, 1)
      const block = blocks[Math.floor(position / blockTokens)] as number
      const at = position % blockTokens
      const values = offset + this.#keyBytes
      remember(key + row * width, value + row * width, keyHeads, headSize, block, at, offset, values)
    }
  }

  /** Head by head, so that what sequences share stays in the processor's cache. */
  #attend(parts: readonly PackedPart[], starts: readonly number[], offset: number): void {
    const { heads, keyHeads, headSize } = this.#shape
    const { query, mixed, tables, scores } = this.#room
    const group = heads / keyHeads
    const stride = heads * headSize * 4
    for (let head = 0; head < keyHeads; head++) {
      const keys = offset + head * headSize * blockTokens * 4
      let table = tables
      for (const [index, { ids, first, blocks }] of parts.entries()) {
        const at = (starts[index] as number) * stride + head * group * headSize * 4
        this.#kernels.attend(
          query + at,
          mixed + at,
          stride,
          ids.length,
          group,
          headSize,
          first,
          table,
          keys,
          keys + this.#keyBytes,
          scores,
        )
        table += blocks.length * 4
      }
    }
  }

  #mlp(layer: PlacedLayer, tokens: number): void {
    const { x, normed, gate, up } = this.#room
    this.#normalise(tokens, x, layer.mlpNorm, normed)
    this.#multiply(tokens, normed, layer.gate, gate)
    this.#multiply(tokens, normed, layer.up, up)
    this.#kernels.gateUp(tokens * this.#shape.inner, gate, up)
    this.#multiply(tokens, gate, layer.down, x, true)
  }

  #logits(rows: readonly number[]): Float32Array[] {
    const { x, normed, mixed, logits } = this.#room
    const { hidden, vocabulary } = this.#shape
    const result: Float32Array[] = []
    for (let first = 0; first < rows.length; first += maxLogitRows) {
      const some = rows.slice(first, first + maxLogitRows)
      for (const [index, row] of some.entries()) {
        this.memory.bytes.copyWithin(
          mixed + index * hidden * 4,
          x + row * hidden * 4,
          x + (row + 1) * hidden * 4,
        )
      }
      this.#normalise(some.length, mixed, this.#weights.norm, normed)
      this.#multiply(some.length, normed, this.#weights.embeddings, logits)
      for (const index of some.keys()) {
        const start = logits / 4 + index * vocabulary
        result.push(this.memory.floats.slice(start, start + vocabulary))
      }
    }
    return result
  }

  #normalise(rows: number, source: number, weights: number, target: number): void {
    this.#kernels.normalise(rows, this.#shape.hidden, source, weights, this.#shape.epsilon, target)
  }

  #multiply(rows: number, source: number, matrix: PlacedMatrix, target: number, isAdded = false): void {
    const { out, width, panels, scales } = matrix
    this.#kernels.multiply(rows, out, width, source, panels, scales, target, isAdded ? 1 : 0)
  }
}

function startsOf(parts: readonly PackedPart[]): number[] {
  let start = 0
  return parts.map(({ ids }) => {
    start += ids.length
    return start - ids.length
  })
}

/** Room for what a run computes on its way. */
function takeRoom(memory: WasmMemory, weights: LlamaWeights, contextLength: number) {
  const { hidden, inner, vocabulary, heads, keyHeads, headSize } = weights
  const rows = (width: number, count = maxPackedTokens) => memory.take(count * width * 4)
  const positions = Math.ceil(contextLength / blockTokens) * blockTokens
  return {
    x: rows(hidden),
    normed: rows(hidden),
    query: rows(heads * headSize),
    key: rows(keyHeads * headSize),
    value: rows(keyHeads * headSize),
    mixed: rows(Math.max(heads * headSize, hidden)),
    gate: rows(inner),
    up: rows(inner),
    logits: rows(vocabulary, maxLogitRows),
    scores: rows(positions, 4),
    tables: rows(positions / blockTokens),
  }
}
