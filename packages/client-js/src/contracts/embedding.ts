import type { AbortOptions } from './abort-options.ts'
import type { ModelId } from './ids.ts'
import type { LoadOptions } from './model.ts'

export interface EmbeddingModelInfo {
  modelId: ModelId
  /** For people. */
  name: string
  /** `static`: a vector for each token, added up; `onnx`: a network on our ONNX engine. */
  engine: 'static' | 'onnx' | 'scripted'
  /** Numbers in a vector. */
  dimensions: number
  /** Tokens of a text that count; what follows is ignored. Absent: all. */
  contextLength?: number
  /** SPDX id, or the licence's own name. */
  license?: string
  /** The weights are on this machine: answering needs no network. */
  isLocal: boolean
}

export interface EmbedRequest {
  /** At least one; an empty text has the vector of zeros. */
  texts: readonly string[]
  /** Keep only the first so many numbers, and scale to length 1 again. @default all */
  dimensions?: number
}

export interface Embeddings {
  modelId: ModelId
  /** One per text, in its order: float32, of length 1. Their dot products are cosine similarities. */
  vectors: Float32Array[]
  usage: { inputTokens: number }
}

/** A loaded model that turns texts into vectors, near to each other where the meanings are. */
export interface EmbeddingModel {
  readonly info: EmbeddingModelInfo
  /**
   * The same text has the same vector, whatever it is asked with.
   *
   * @throws {LumosError} `invalid-request` for more dimensions than the model has; `inference-failed`
   */
  embed(request: EmbedRequest, options?: AbortOptions): Promise<Embeddings>
  /** Frees the weights. Idempotent. */
  stop(): Promise<void>
}

/** The embedding models a node can use, loaded on first use and shared by all who ask. */
export interface EmbeddingCatalog {
  /**
   * Resolves to the loaded model; concurrent calls share one load.
   *
   * @param modelId - absent for the node's default
   * @throws {LumosError} `not-found`, `model-unavailable`
   */
  load(modelId?: ModelId, options?: LoadOptions): Promise<EmbeddingModel>
  /** Stops what it loaded. Idempotent. */
  stop(): Promise<void>
}
