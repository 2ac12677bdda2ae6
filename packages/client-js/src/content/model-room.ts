import {
  type AbortOptions,
  type ContentId,
  type ContentStore,
  isLumosError,
  LumosError,
  type ModelId,
} from '../contracts/index.ts'
import { KeyedLock } from '../core/index.ts'
import { sizeOfChunks } from './file-chunks.ts'
import type { InUse } from './in-use.ts'
import { chunksOfRecord, type ModelRecord } from './model-record.ts'
import type { ModelRecords } from './model-records.ts'

export interface ModelRoomParts {
  blocks: ContentStore
  records: ModelRecords
  /** Revisions on their way, whose blocks are kept as well. */
  updates: ModelRecords
  inUse: InUse
  quotaBytes?: number | undefined
}

/** Keeps models within their quota: the one not used for longest goes first, never one that is pinned or in use. */
export class ModelRoom {
  readonly #parts: ModelRoomParts
  readonly #lock = new KeyedLock()
  /** Of what is on its way. */
  #reservedBytes = 0

  constructor(parts: ModelRoomParts) {
    this.#parts = parts
  }

  /**
   * Does `work` with room for `sizeBytes` more.
   *
   * @throws {LumosError} `model-unavailable`, `details.reason: 'no-room'`, when no model may go
   */
  async during<T>(sizeBytes: number, work: () => Promise<T>): Promise<T> {
    await this.#lock.run('room', () => this.#make(sizeBytes))
    this.#reservedBytes += sizeBytes
    try {
      return await work()
    } finally {
      this.#reservedBytes -= sizeBytes
    }
  }

  /** Keeps a block; where the platform has no room, models go until it has. */
  async put(cid: ContentId, bytes: Uint8Array, options?: AbortOptions): Promise<void> {
    for (;;) {
      try {
        return await this.#parts.blocks.put(cid, bytes, options)
      } catch (error) {
        if (!isLumosError(error) || error.details?.reason !== 'no-room') throw error
        if (!(await this.#lock.run('room', () => this.#removeOldest()))) throw noRoom(error)
      }
    }
  }

  /** A model with its files, except for the blocks that others need. */
  async remove(modelId: ModelId): Promise<void> {
    const { records, updates } = this.#parts
    const removed = [await records.get(modelId), await updates.get(modelId)].filter(
      record => record !== undefined,
    )
    await updates.delete(modelId)
    await records.delete(modelId)
    await this.release(removed)
  }

  /** Deletes the blocks of `released` that no record names; when nothing is under way, all such blocks. */
  async release(released: readonly ModelRecord[]): Promise<void> {
    const { blocks, inUse } = this.#parts
    const needed = new Set((await this.#records()).flatMap(chunksOfRecord).map(chunk => chunk.cid))
    const candidates = new Set(released.flatMap(chunksOfRecord).map(chunk => chunk.cid))
    // Blocks of a download under way are not named by a record yet.
    if (inUse.isEmpty) for await (const { cid } of blocks.list()) candidates.add(cid)
    for (const cid of candidates) if (!needed.has(cid)) await blocks.delete(cid)
  }

  async #make(sizeBytes: number): Promise<void> {
    const { quotaBytes } = this.#parts
    if (quotaBytes === undefined) return
    while ((await this.#keptBytes()) + this.#reservedBytes + sizeBytes > quotaBytes) {
      if (!(await this.#removeOldest())) throw noRoom()
    }
  }

  async #removeOldest(): Promise<boolean> {
    const { records, inUse } = this.#parts
    const free = (await records.list()).filter(({ modelId, isPinned }) => !isPinned && !inUse.has(modelId))
    const [oldest] = free.sort((a, b) => (a.usedAt < b.usedAt ? -1 : 1))
    if (oldest === undefined) return false
    await this.remove(oldest.modelId)
    return true
  }

  /** Of files that are here, whole or in part; each block once. */
  async #keptBytes(): Promise<number> {
    const files = (await this.#records()).flatMap(record => Object.values(record.files))
    const kept = files.filter(file => file.state !== 'planned').flatMap(file => file.chunks)
    return sizeOfChunks([...new Map(kept.map(chunk => [chunk.cid, chunk])).values()])
  }

  async #records(): Promise<ModelRecord[]> {
    const { records, updates } = this.#parts
    return [...(await records.list()), ...(await updates.list())]
  }
}

function noRoom(cause?: unknown): LumosError {
  const message = 'There is no room for the model: remove another one, unpin one, or raise the quota.'
  return new LumosError('model-unavailable', message, { cause, details: { reason: 'no-room' } })
}
