import { environmentVariable } from '#platform'
import type { ModelCatalog, ModelId, ModelSource } from '../contracts/index.ts'
import { directoryShelf, embeddedShelf, type ModelShelf } from '../engines/model-folders/index.ts'
import { type OnnxEngineOptions, onnxModels } from '../engines/onnx/index.ts'
import { createModelCatalog } from '../inference/index.ts'
import { type HubConfig, type ModelStoreConfig, modelShelf } from './open-model-store.ts'

/** Which local models a node has. Plain data, so that it travels to a worker. */
export interface LocalModelsConfig
  extends OnnxEngineOptions,
    Pick<ModelStoreConfig, 'mirrors' | 'quotaBytes'> {
  /** The model that ships with Lumos: `url` is where a browser finds its folder. `false` leaves it out. */
  embedded?: { url?: string } | false
  /** Directories of models, or of one model. @default the one `LUMOS_MODEL_DIR` names */
  modelDirectories?: string[]
  /** The Hugging Face hub, or a mirror of it. `false`: nothing is ever downloaded. @default huggingface.co */
  hub?: HubConfig | false
  /** @default the embedded model */
  defaultModelId?: string
  /**
   * In a browser's worker: tabs of one origin with the same settings use one engine, which loads a model once.
   *
   * @default true
   */
  shareBetweenTabs?: boolean
}

/** The catalogue of the models on this machine, computed in this thread. */
export function openModelCatalog(config: LocalModelsConfig = {}): ModelCatalog {
  const { defaultModelId } = config
  return createModelCatalog({
    sources: localSources(config),
    ...(defaultModelId !== undefined && { defaultModelId: defaultModelId as ModelId }),
  })
}

function localSources(config: LocalModelsConfig): ModelSource[] {
  const { embedded = {} } = config
  const shelves = [...(embedded === false ? [] : [embeddedShelf(embedded.url)]), ...otherShelves(config)]
  return shelves.map(shelf => onnxModels(shelf, config))
}

/** The directories, then the hub and mirrors, whose models are kept in the model store. */
export function otherShelves(config: LocalModelsConfig): ModelShelf[] {
  const { modelDirectories, hub = {}, mirrors = [], quotaBytes } = config
  const directories = (modelDirectories ?? configuredDirectories()).map(directoryShelf)
  if (hub === false && mirrors.length === 0) return directories
  const cacheDirectory = hub === false ? undefined : hub.cacheDirectory
  return [...directories, modelShelf({ hub, mirrors, quotaBytes, cacheDirectory })]
}

function configuredDirectories(): string[] {
  const directory = environmentVariable('LUMOS_MODEL_DIR')
  return directory === undefined ? [] : [directory]
}
