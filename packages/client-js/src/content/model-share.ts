import type { AbortOptions, ContentId, SharedModels, StoredModel } from '../contracts/index.ts'
import { encodeFolder } from './folder-dag.ts'
import { completeFiles } from './model-record.ts'
import type { StoreParts } from './store-parts.ts'
import { storedModel } from './stored-model.ts'

/** An unknown block makes us look for new models at most this often. */
const refreshMs = 1000

type KnownBlocks = Map<ContentId, Uint8Array | 'chunk'>

/** The models of a store, for others. */
export class ModelShare implements SharedModels {
  readonly name = 'this machine'
  readonly #parts: Pick<StoreParts, 'blocks' | 'records'>
  /** Nodes are made when they are asked for; chunks are in the store. */
  #known: KnownBlocks = new Map()
  #refreshedAt = Number.NEGATIVE_INFINITY

  constructor(parts: Pick<StoreParts, 'blocks' | 'records'>) {
    this.#parts = parts
  }

  async list(options?: AbortOptions): Promise<StoredModel[]> {
    options?.signal?.throwIfAborted()
    const known: KnownBlocks = new Map()
    const models: StoredModel[] = []
    for (const record of await this.#parts.records.list()) {
      const files = completeFiles(record)
      if (record.isRestricted === true || files.size === 0) continue
      for (const { cid } of [...files.values()].flat()) known.set(cid, 'chunk')
      for (const [cid, node] of (await encodeFolder(files)).nodes) known.set(cid, node)
      models.push(await storedModel(record))
    }
    this.#known = known
    this.#refreshedAt = performance.now()
    return models
  }

  async fetch(cid: ContentId, options?: AbortOptions): Promise<Uint8Array | undefined> {
    if (!this.#known.has(cid) && performance.now() - this.#refreshedAt > refreshMs) await this.list(options)
    const known = this.#known.get(cid)
    return known === 'chunk' ? this.#parts.blocks.get(cid, options) : known
  }
}
