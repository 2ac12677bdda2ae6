import type { EmbeddingCatalog, LoadOptions, ModelId } from '../contracts/index.ts'
import { type LocalModelsConfig, otherShelves } from './open-model-catalog.ts'

/**
 * The embedding models of this machine: the one that ships with Lumos, and those of directories and the hub in the
 * layouts of Model2Vec and of sentence-transformers' ONNX exports. Nothing is loaded before the first use.
 */
export function openEmbeddings(config: LocalModelsConfig = {}): EmbeddingCatalog {
  let opened: Promise<EmbeddingCatalog> | undefined
  const open = () => {
    opened ??= openNow(config)
    return opened
  }
  return {
    load: async (modelId?: ModelId, options?: LoadOptions) => (await open()).load(modelId, options),
    stop: async () => {
      await (await opened)?.stop()
    },
  }
}

/** The engine is its own chunk: a page that makes no embeddings loads none of it. */
async function openNow(config: LocalModelsConfig): Promise<EmbeddingCatalog> {
  const { EmbeddingModels, embeddedEmbeddings } = await import('../engines/embeddings/index.ts')
  const { embedded = {}, defaultModelId } = config
  return new EmbeddingModels({
    shelves: [...(embedded === false ? [] : [embeddedEmbeddings(embedded.url)]), ...otherShelves(config)],
    engine: config,
    ...(defaultModelId !== undefined && { defaultModelId: defaultModelId as ModelId }),
  })
}
