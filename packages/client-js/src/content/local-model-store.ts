import type { FileStore } from '#platform'
import {
  type AbortOptions,
  type ContentStore,
  LumosError,
  type ModelFiles,
  type ModelId,
  type ModelStore,
  type ModelUpdate,
  type SharedModels,
  type StoredModel,
  type StoreUsage,
  type TransferOptions,
} from '../contracts/index.ts'
import { isModelId } from '../core/index.ts'
import { describeModel, type ModelOrigins } from './describe-model.ts'
import { FileContentStore } from './file-content-store.ts'
import { InUse } from './in-use.ts'
import { LegacyDownloads } from './legacy-downloads.ts'
import type { ModelRecord } from './model-record.ts'
import { ModelRecords } from './model-records.ts'
import { ModelRoom } from './model-room.ts'
import { ModelShare } from './model-share.ts'
import type { StoreParts } from './store-parts.ts'
import { StoredFiles } from './stored-files.ts'
import { storedModel } from './stored-model.ts'
import { updateModel } from './update-model.ts'

export interface LocalModelStoreOptions extends ModelOrigins {
  /** The folder of the model cache. Everything of ours is below `.content`. */
  files: FileStore
  /** Where blocks are kept. @default in `files` */
  blocks?: ContentStore
  /** What all models may take. @default what the disk, or the browser, has */
  quotaBytes?: number | undefined
}

/** A use is written down at most this often. */
const usePrecisionMs = 60_000

/** The models of this machine. Several, also of several processes, may share one folder. */
export class LocalModelStore implements ModelStore {
  /** For servers, and later for peers. */
  readonly shared: SharedModels
  readonly #parts: StoreParts
  readonly #quotaBytes: number | undefined
  readonly #legacy: LegacyDownloads

  constructor({ files, hub, mirrors, quotaBytes, blocks: given }: LocalModelStoreOptions) {
    const blocks = given ?? new FileContentStore(files, '.content/blocks')
    const records = new ModelRecords(files, '.content/models')
    const updates = new ModelRecords(files, '.content/updates')
    const inUse = new InUse()
    const room = new ModelRoom({ blocks, records, updates, inUse, quotaBytes })
    this.#parts = { blocks, records, updates, inUse, room, mirrors, ...(hub !== undefined && { hub }) }
    this.shared = new ModelShare(this.#parts)
    this.#quotaBytes = quotaBytes
    this.#legacy = new LegacyDownloads(files, this.#parts)
  }

  async list(options?: AbortOptions): Promise<StoredModel[]> {
    await this.#legacy.adopt(options)
    const models: StoredModel[] = []
    for (const record of await this.#parts.records.list()) {
      options?.signal?.throwIfAborted()
      const model = await storedModel(record)
      if (model.files.length > 0) models.push(model)
    }
    return models
  }

  async usage(options?: AbortOptions): Promise<StoreUsage> {
    let usedBytes = 0
    for await (const { sizeBytes } of this.#parts.blocks.list(options)) usedBytes += sizeBytes
    return { usedBytes, ...(this.#quotaBytes !== undefined && { quotaBytes: this.#quotaBytes }) }
  }

  async open(modelId: ModelId, options?: AbortOptions): Promise<ModelFiles | undefined> {
    options?.signal?.throwIfAborted()
    const { records, mirrors } = this.#parts
    if (!isModelId(modelId)) return undefined
    await this.#legacy.adopt(options)
    const known = await records.get(modelId)
    if (known !== undefined) {
      await this.#touch(known)
      return new StoredFiles(known, records, this.#parts)
    }
    if (!modelId.includes('/') && mirrors.length === 0) return undefined
    const described = await describeModel(modelId, this.#parts, options)
    // Another call may have been faster, and have files already.
    const record = (await records.change(modelId, newer => newer ?? described)) as ModelRecord
    return new StoredFiles(record, records, this.#parts)
  }

  async pin(modelId: ModelId, isPinned: boolean, options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    const record = await this.#parts.records.change(modelId, known => known && { ...known, isPinned })
    if (record === undefined) throw notHere(modelId)
  }

  async remove(modelId: ModelId, options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    if (!isModelId(modelId)) return
    await this.#legacy.adopt(options)
    await this.#parts.room.remove(modelId)
  }

  async update(modelId: ModelId, options: TransferOptions = {}): Promise<ModelUpdate> {
    options.signal?.throwIfAborted()
    const known = isModelId(modelId) ? await this.#parts.records.get(modelId) : undefined
    if (known === undefined) throw notHere(modelId)
    return updateModel(known, this.#parts, options)
  }

  async #touch({ modelId, usedAt }: ModelRecord): Promise<void> {
    const now = Date.now()
    if (now - Date.parse(usedAt) < usePrecisionMs) return
    await this.#parts.records.change(
      modelId,
      known => known && { ...known, usedAt: new Date(now).toISOString() },
    )
  }
}

function notHere(modelId: ModelId): LumosError {
  return new LumosError('not-found', `There is no model ${modelId} on this machine`)
}
