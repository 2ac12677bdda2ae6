import { type FileStore, openFileStore } from '#platform'
import type { AbortOptions, ModelId } from '../../contracts/index.ts'
import { curatedModels } from './curated-models.ts'
import { DirectoryFolder } from './directory-folder.ts'
import { type DownloadRecord, downloadRecordName, readRecord, writeRecord } from './download-record.ts'
import { HubClient, type HubOptions } from './hub-client.ts'
import { HubFolder } from './hub-folder.ts'
import type { ModelCard, ModelFolder, ModelShelf } from './model-folder.ts'
import { isModelId } from './model-id.ts'

export interface HubShelfOptions extends HubOptions {
  /** Where downloads are kept: a path in Node, a name in the origin private file system in browsers. */
  cacheDirectory: string
  /** What `list` offers. Any other model of the hub loads by its id too. @default {@link curatedModels} */
  models?: readonly ModelCard[]
}

/**
 * Models of the Hugging Face hub, downloaded on first use. What is here already is used without asking the hub;
 * a folder somebody put into the cache by hand counts as here.
 */
export function hubShelf(options: HubShelfOptions): ModelShelf {
  return new HubShelf(options)
}

class HubShelf implements ModelShelf {
  readonly #hub: HubClient
  readonly #cacheDirectory: string
  readonly #models: readonly ModelCard[]

  constructor(options: HubShelfOptions) {
    this.#hub = new HubClient(options)
    this.#cacheDirectory = options.cacheDirectory
    this.#models = options.models ?? curatedModels
  }

  async list(options?: AbortOptions): Promise<ModelCard[]> {
    options?.signal?.throwIfAborted()
    const store = await openFileStore(this.#cacheDirectory)
    return Promise.all(
      this.#models.map(async card => ({ ...card, isLocal: await isHere(store, card.modelId) })),
    )
  }

  async open(modelId: ModelId, options?: AbortOptions): Promise<ModelFolder | undefined> {
    if (!isModelId(modelId) || !modelId.includes('/')) return undefined
    const store = await openFileStore(this.#cacheDirectory)
    const known = this.#models.find(card => card.modelId === modelId)
    const plain = known ?? { modelId, name: modelId, isLocal: false, supportsTools: false }
    let record = await readRecord(store, modelId)
    if (record === undefined) {
      if (await isPlacedByHand(store, modelId))
        return new DirectoryFolder(store, modelId, { ...plain, isLocal: true })
      record = await this.#hub.describe(modelId, options)
      await writeRecord(store, modelId, record)
    }
    return new HubFolder({ card: cardOf(plain, record), hub: this.#hub, store, record })
  }
}

function cardOf(card: ModelCard, record: DownloadRecord): ModelCard {
  return record.license === undefined ? card : { ...card, license: record.license }
}

/** The weights, or the whole folder, need no network. */
async function isHere(store: FileStore, modelId: ModelId): Promise<boolean> {
  const record = await readRecord(store, modelId)
  if (record === undefined) return isPlacedByHand(store, modelId)
  return record.complete.includes('tokenizer.json') && record.complete.some(path => path.endsWith('.onnx'))
}

/** A record, even one torn by a crash, means the hub's files, perhaps not all of them. */
async function isPlacedByHand(store: FileStore, modelId: ModelId): Promise<boolean> {
  if ((await store.size(`${modelId}/${downloadRecordName}`)) !== undefined) return false
  return (await store.size(`${modelId}/config.json`)) !== undefined
}
