import { environmentVariable, modelCacheDirectory } from '#platform'
import type { ModelCatalog, ModelId, ModelSource } from '../contracts/index.ts'
import { directoryShelf, embeddedShelf, hubShelf, type ModelShelf } from '../engines/model-folders/index.ts'
import { type OnnxEngineOptions, onnxModels } from '../engines/onnx/index.ts'
import { createModelCatalog } from '../inference/index.ts'

/** Which local models a node has. Plain data, so that it travels to a worker. */
export interface LocalModelsConfig extends OnnxEngineOptions {
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

export interface HubConfig {
  /** @default 'https://huggingface.co' */
  baseUrl?: string
  /** @default 'main' */
  revision?: string
  /** For gated models. @default the one `HF_TOKEN` names */
  token?: string
  /** @default `~/.cache/lumos/models` in Node, `lumos-models` in the browser's private file system */
  cacheDirectory?: string
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

/** The directories, then the hub. */
export function otherShelves({ modelDirectories, hub = {} }: LocalModelsConfig): ModelShelf[] {
  const directories = (modelDirectories ?? configuredDirectories()).map(directoryShelf)
  return hub === false ? directories : [...directories, openHub(hub)]
}

function openHub(hub: HubConfig) {
  const token = hub.token ?? environmentVariable('HF_TOKEN')
  const cacheDirectory = hub.cacheDirectory ?? modelCacheDirectory()
  return hubShelf({ ...hub, cacheDirectory, ...(token !== undefined && { token }) })
}

function configuredDirectories(): string[] {
  const directory = environmentVariable('LUMOS_MODEL_DIR')
  return directory === undefined ? [] : [directory]
}
