import {
  type EmbeddingCatalog,
  type EmbeddingModel,
  type LoadOptions,
  LumosError,
  type ModelId,
} from '../../contracts/index.ts'
import { raceSignal } from '../../core/index.ts'
import {
  type ModelCard,
  type ModelFolder,
  type ModelShelf,
  openEmbeddedFolder,
} from '../model-folders/index.ts'
import type { OnnxEngineOptions } from '../onnx/index.ts'
import { loadEmbeddingModel } from './load-embedding-model.ts'

export const embeddedEmbeddingsId = 'lumos-embeddings' as ModelId

const card: ModelCard = {
  modelId: embeddedEmbeddingsId,
  name: 'Lumos Embeddings',
  isLocal: true,
  supportsTools: false,
  license: 'Apache-2.0',
}

/** The embedding model that comes with the project. @param url - as for `embeddedShelf` */
export function embeddedEmbeddings(url?: string): ModelShelf {
  return {
    list: async () => [card],
    open: async modelId =>
      modelId === embeddedEmbeddingsId ? openEmbeddedFolder('@lomusai/embeddings', card, url) : undefined,
  }
}

export interface EmbeddingModelsOptions {
  /** Asked in this order; the first that holds a model opens it. */
  shelves: ModelShelf[]
  /** @default {@link embeddedEmbeddingsId} */
  defaultModelId?: ModelId
  engine?: OnnxEngineOptions
}

/** The embedding models of some shelves, loaded on first use. */
export class EmbeddingModels implements EmbeddingCatalog {
  readonly #options: EmbeddingModelsOptions
  readonly #loads = new Map<ModelId, Promise<EmbeddingModel>>()
  #isStopped = false

  constructor(options: EmbeddingModelsOptions) {
    this.#options = options
  }

  async load(
    modelId: ModelId = this.#options.defaultModelId ?? embeddedEmbeddingsId,
    { signal }: LoadOptions = {},
  ): Promise<EmbeddingModel> {
    signal?.throwIfAborted()
    if (this.#isStopped) throw new LumosError('model-unavailable', 'The embedding models were stopped.')
    let load = this.#loads.get(modelId)
    if (load === undefined) {
      load = this.#load(modelId)
      this.#loads.set(modelId, load)
      // A failed load is not remembered: the next call tries again.
      load.catch(() => this.#loads.delete(modelId))
    }
    return raceSignal(load, signal)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    const loads = [...this.#loads.values()]
    this.#loads.clear()
    for (const result of await Promise.allSettled(loads)) {
      if (result.status === 'fulfilled') await result.value.stop()
    }
  }

  async #load(modelId: ModelId): Promise<EmbeddingModel> {
    return loadEmbeddingModel(await this.#open(modelId), this.#options.engine)
  }

  async #open(modelId: ModelId): Promise<ModelFolder> {
    for (const shelf of this.#options.shelves) {
      const folder = await shelf.open(modelId)
      if (folder !== undefined) return folder
    }
    throw new LumosError('not-found', `This node has no embedding model ${modelId}.`)
  }
}
