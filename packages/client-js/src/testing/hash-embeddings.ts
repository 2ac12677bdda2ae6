import {
  type EmbeddingCatalog,
  type EmbeddingModel,
  type EmbeddingModelInfo,
  type Embeddings,
  type EmbedRequest,
  LumosError,
  type ModelId,
} from '../contracts/index.ts'

const dimensions = 16

/** A catalogue of one model, `hash`, that adds up a vector for each word: texts with the same words are near. */
export class HashEmbeddings implements EmbeddingCatalog, EmbeddingModel {
  readonly info: EmbeddingModelInfo = {
    modelId: 'hash' as ModelId,
    name: 'Hash',
    engine: 'scripted',
    dimensions,
    isLocal: true,
  }

  async load(modelId?: ModelId): Promise<EmbeddingModel> {
    if (modelId === undefined || modelId === this.info.modelId) return this
    throw new LumosError('not-found', `There is no embedding model ${modelId}.`)
  }

  async embed({ texts, dimensions: wanted = dimensions }: EmbedRequest): Promise<Embeddings> {
    if (wanted > dimensions) throw new LumosError('invalid-request', `There are ${dimensions} dimensions.`)
    const words = texts.map(text => text.toLowerCase().match(/\w+/g) ?? [])
    const vectors = words.map(each => unit(sum(each).slice(0, wanted)))
    return { modelId: this.info.modelId, vectors, usage: { inputTokens: words.flat().length } }
  }

  async stop(): Promise<void> {}
}

function sum(words: readonly string[]): Float32Array {
  const vector = new Float32Array(dimensions)
  for (const word of words) {
    // FNV-1a, and a step of xorshift for each number.
    let state = 0x811c9dc5
    for (const character of word) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
    for (let at = 0; at < dimensions; at++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      vector[at] = (vector[at] ?? 0) + state / 2 ** 31
    }
  }
  return vector
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map(value => value / length)
}
