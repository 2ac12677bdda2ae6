import {
  LumosError,
  type Model,
  type ModelCatalog,
  type ModelId,
  type ModelInfo,
} from '../contracts/index.ts'

/** A catalogue of models that are loaded already. The first one is the default. */
export class MemoryModelCatalog implements ModelCatalog {
  readonly #models: Map<ModelId, Model>

  constructor(models: Model[]) {
    this.#models = new Map(models.map(model => [model.info.modelId, model]))
  }

  async list(): Promise<ModelInfo[]> {
    return [...this.#models.values()].map(model => model.info)
  }

  async load(modelId?: ModelId, options?: { signal?: AbortSignal | undefined }): Promise<Model> {
    options?.signal?.throwIfAborted()
    const [first] = this.#models.values()
    const model = modelId === undefined ? first : this.#models.get(modelId)
    if (model === undefined) throw new LumosError('not-found', `There is no model ${modelId ?? 'at all'}.`)
    return model
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#models.values()].map(model => model.stop()))
  }
}
