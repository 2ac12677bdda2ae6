import {
  type AbortOptions,
  type EmbeddingModel,
  type EmbeddingModelInfo,
  type Embeddings,
  type EmbedRequest,
  LumosError,
} from '../../contracts/index.ts'
import { type StoredTensor, toFloats } from './safetensors.ts'
import type { TextTokenizer } from './text-tokenizer.ts'
import { assertDimensions, unitVector } from './unit-vector.ts'

export interface StaticEmbeddingOptions {
  info: Omit<EmbeddingModelInfo, 'engine' | 'dimensions'>
  tokenizer: TextTokenizer
  /** Of `model.safetensors`: `embeddings`, and perhaps `weights`. */
  tensors: ReadonlyMap<string, StoredTensor>
}

/** Longer texts say nothing new to a sum, and would only take time. */
const maxTokens = 8192

/**
 * A text's vector is the sum of those of its tokens: no network computes, a text takes microseconds. Reads folders
 * in the layout of Model2Vec: one vector a token, and perhaps a weight.
 */
export class StaticEmbeddingModel implements EmbeddingModel {
  readonly info: EmbeddingModelInfo
  readonly #tokenizer: TextTokenizer
  readonly #vectors: Float32Array | Int8Array
  readonly #weights: Float32Array | undefined
  readonly #unknownId: number | undefined

  /** @throws {LumosError} `model-unavailable` when the tensors are not of this layout */
  constructor({ info, tokenizer, tensors }: StaticEmbeddingOptions) {
    const embeddings = tensors.get('embeddings')
    const [rows, dimensions] = embeddings?.shape ?? []
    if (embeddings === undefined || rows === undefined || dimensions === undefined || dimensions === 0) {
      throw new LumosError('model-unavailable', `${info.modelId} has no table of token vectors.`)
    }
    if (tensors.has('mapping')) {
      throw new LumosError(
        'model-unavailable',
        `${info.modelId} shares vectors between tokens, which is unknown here.`,
      )
    }
    const weights = tensors.get('weights')
    if (weights !== undefined && weights.shape[0] !== rows) {
      throw new LumosError('model-unavailable', `${info.modelId} has not one weight a token.`)
    }
    this.info = { ...info, engine: 'static', dimensions }
    this.#tokenizer = tokenizer
    this.#vectors = embeddings.type === 'I8' ? int8(embeddings.bytes) : toFloats(embeddings)
    this.#weights = weights && toFloats(weights)
    this.#unknownId = tokenizer.idOf('[UNK]')
  }

  async embed(request: EmbedRequest, { signal }: AbortOptions = {}): Promise<Embeddings> {
    signal?.throwIfAborted()
    assertDimensions(request.dimensions, this.info)
    let inputTokens = 0
    const vectors = request.texts.map(text => {
      const ids = this.#tokenizer.encode(text, { addSpecialTokens: false, maxLength: maxTokens })
      inputTokens += ids.length
      return unitVector(this.#sum(ids), request.dimensions)
    })
    return { modelId: this.info.modelId, vectors, usage: { inputTokens } }
  }

  async stop(): Promise<void> {}

  #sum(ids: readonly number[]): Float32Array {
    const { dimensions } = this.info
    const sum = new Float32Array(dimensions)
    for (const id of ids) {
      const start = id * dimensions
      if (id === this.#unknownId || start >= this.#vectors.length) continue
      const weight = this.#weights?.[id] ?? 1
      for (let at = 0; at < dimensions; at++)
        sum[at] = (sum[at] ?? 0) + weight * (this.#vectors[start + at] ?? 0)
    }
    return sum
  }
}

function int8(bytes: Uint8Array): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}
