import { environmentVariable, type FileStore, modelCacheDirectory, openFileStore } from '#platform'
import { HubClient, LocalModelStore, Mirror } from '../content/index.ts'
import type { ModelStore, SharedModels } from '../contracts/index.ts'
import {
  directoryShelf,
  type ModelCard,
  type ModelShelf,
  storeShelf,
} from '../engines/model-folders/index.ts'

export interface HubConfig {
  /** @default 'https://huggingface.co' */
  baseUrl?: string
  /** Branch, tag or commit. @default 'main' */
  revision?: string
  /** For gated and private models; sent to `baseUrl` only. @default the one `HF_TOKEN` names */
  token?: string
  /** @default `~/.cache/lumos/models` in Node, `lumos-models` in the browser's private file system */
  cacheDirectory?: string
}

/** Where models come from and are kept. Plain data, so that it travels to a worker. */
export interface ModelStoreConfig {
  /** The Hugging Face hub, or a server that answers like it. `false`: only mirrors are asked. @default huggingface.co */
  hub?: Omit<HubConfig, 'cacheDirectory'> | false
  /** Lumos servers to fetch from, beside the hub. `token`: a key of that server. */
  mirrors?: { baseUrl: string; token?: string }[] | undefined
  /** @default `~/.cache/lumos/models` in Node, `lumos-models` in the browser's private file system */
  cacheDirectory?: string | undefined
  /** What all models may take. @default what the disk, or the browser, has */
  quotaBytes?: number | undefined
}

/**
 * The models kept on this machine: what is here, how large it is; pin, remove, update.
 *
 * ```ts
 * const store = await openModelStore()
 * for (const { modelId, sizeBytes } of await store.list()) console.log(modelId, sizeBytes)
 * await store.pin('HuggingFaceTB/SmolLM2-135M-Instruct' as ModelId, true)
 * ```
 */
export async function openModelStore(config: ModelStoreConfig = {}): Promise<ModelStore> {
  return createModelStore(await openFileStore(directoryOf(config)), config)
}

/** The models kept on this machine, for whoever serves them to others. @param cacheDirectory - see {@link ModelStoreConfig} */
export async function openSharedModels(cacheDirectory?: string): Promise<SharedModels> {
  const config = { hub: false, cacheDirectory } as const
  return createModelStore(await openFileStore(directoryOf(config)), config).shared
}

export interface HubShelfOptions extends HubConfig, Pick<ModelStoreConfig, 'mirrors' | 'quotaBytes'> {
  /** What `list` offers beside what is stored. Any other model of the hub loads by its id too. @default {@link curatedModels} */
  models?: readonly ModelCard[]
}

/** Models of the hub and of mirrors, kept in the model store. */
export function hubShelf({ models, mirrors, quotaBytes, ...hub }: HubShelfOptions = {}): ModelShelf {
  const { cacheDirectory } = hub
  return modelShelf({ hub, mirrors, quotaBytes, cacheDirectory }, models)
}

/** Models kept as `config` says, and those somebody put into that folder by hand. */
export function modelShelf(config: ModelStoreConfig, models?: readonly ModelCard[]): ModelShelf {
  const placedByHand = directoryShelf(directoryOf(config))
  let opening: Promise<ModelShelf> | undefined
  const open = (): Promise<ModelShelf> => {
    opening ??= openModelStore(config).then(store => storeShelf(store, { placedByHand, models }))
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  return {
    list: async options => (await open()).list(options),
    open: async (modelId, options) => (await open()).open(modelId, options),
  }
}

function createModelStore(files: FileStore, config: ModelStoreConfig): LocalModelStore {
  const { hub = {}, mirrors = [], quotaBytes } = config
  const token = hub === false ? undefined : (hub.token ?? environmentVariable('HF_TOKEN'))
  return new LocalModelStore({
    files,
    mirrors: mirrors.map(mirror => new Mirror(mirror)),
    ...(quotaBytes !== undefined && { quotaBytes }),
    ...(hub !== false && { hub: new HubClient({ ...hub, ...(token !== undefined && { token }) }) }),
  })
}

function directoryOf({ cacheDirectory }: ModelStoreConfig): string {
  return cacheDirectory ?? modelCacheDirectory()
}
