import type { AbortOptions } from './abort-options.ts'
import type { ContentSource, TransferOptions } from './content.ts'
import type { ContentId, ModelId } from './ids.ts'

export interface StoredFile {
  path: string
  sizeBytes: number
}

/** A model of which at least one file is here. */
export interface StoredModel {
  modelId: ModelId
  /** The UnixFS folder of `files`: same files, same id, on every machine. */
  cid: ContentId
  /** The hub's commit, or what the mirror said. */
  revision: string
  /** SPDX id, or the licence's own name. */
  license?: string
  /** Those that are here whole. */
  files: StoredFile[]
  /** Of `files`. Blocks that models share count for each of them. */
  sizeBytes: number
  /** Only a person removes it. */
  isPinned: boolean
  /** ISO 8601. The model not used for longest goes first when there is no room. */
  usedAt: string
}

export interface StoreUsage {
  /** On disk, each block once. */
  usedBytes: number
  /** What models may take; absent when nothing limits them. */
  quotaBytes?: number
}

export interface ModelUpdate {
  /** False: the newest revision was here already. */
  isChanged: boolean
  /** What came over the network. */
  movedBytes: number
  /** Of the files of the new revision that are here. */
  totalBytes: number
}

export interface ReadFileOptions extends AbortOptions {
  /** Told of every piece that arrives from elsewhere, or was here. */
  onBytes?: (count: number) => void
}

/** The files of one model. What is not here is fetched on the first read, checked and kept. */
export interface ModelFiles {
  readonly license?: string
  /** Undefined when the model has no such file. */
  stat(path: string, options?: AbortOptions): Promise<{ sizeBytes: number } | undefined>
  /** @throws {LumosError} `model-unavailable`, retryable when the connection broke; `storage-failed` */
  read(path: string, options?: ReadFileOptions): Promise<Uint8Array<ArrayBuffer>>
}

/** What others may have of a model store: models that their owners do not restrict, and the blocks of those. */
export interface SharedModels extends ContentSource {
  list(options?: AbortOptions): Promise<StoredModel[]>
}

/** The models kept on this machine, as blocks that models, versions and formats share. */
export interface ModelStore {
  list(options?: AbortOptions): Promise<StoredModel[]>
  usage(options?: AbortOptions): Promise<StoreUsage>
  /**
   * Its files: from here, from the mirrors, from the hub. Undefined for what can be no model's name there.
   *
   * @throws {LumosError} `not-found` when no source has it; `model-unavailable` when none answers
   */
  open(modelId: ModelId, options?: AbortOptions): Promise<ModelFiles | undefined>
  /** A pinned model is never removed to make room. @throws {LumosError} `not-found` */
  pin(modelId: ModelId, isPinned: boolean, options?: AbortOptions): Promise<void>
  /** Its files, and the blocks that no other model needs. Removing what is not here is fine. */
  remove(modelId: ModelId, options?: AbortOptions): Promise<void>
  /**
   * Brings the files that are here to the newest revision. Only blocks that are not here move. Until all came, the
   * old revision stays.
   *
   * @throws {LumosError} `not-found` when it is not here; `model-unavailable`
   */
  update(modelId: ModelId, options?: TransferOptions): Promise<ModelUpdate>
}
