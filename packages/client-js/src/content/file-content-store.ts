import type { FileStore } from '#platform'
import { type AbortOptions, type ContentId, type ContentStore, LumosError } from '../contracts/index.ts'
import { KeyedLock } from '../core/index.ts'
import { isContentId, matchesContentId, parseContentId } from './content-id.ts'
import { requireMatch } from './memory-content-store.ts'

/** Blocks as files, on disk or in the origin private file system: `<last two letters>/<cid>`. */
export class FileContentStore implements ContentStore {
  readonly #files: FileStore
  readonly #folder: string
  readonly #writing = new KeyedLock()

  /** @param folder - below the file store's own */
  constructor(files: FileStore, folder: string) {
    this.#files = files
    this.#folder = folder
  }

  async put(cid: ContentId, bytes: Uint8Array, options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    await requireMatch(cid, bytes)
    const path = this.#path(cid)
    const write = async () => {
      // One of another size was torn by a crash, where a platform cannot replace a file at once.
      if ((await this.#files.size(path)) !== bytes.length) await this.#files.replace(path, bytes)
    }
    await guarded('be written', () => this.#writing.run(cid, write))
  }

  async get(cid: ContentId, options?: AbortOptions): Promise<Uint8Array<ArrayBuffer> | undefined> {
    options?.signal?.throwIfAborted()
    const path = this.#path(cid)
    const bytes = await guarded('be read', async () =>
      (await this.#files.size(path)) === undefined ? undefined : this.#files.read(path),
    )
    if (bytes === undefined || (await matchesContentId(cid, bytes))) return bytes
    await this.delete(cid)
    return undefined
  }

  async has(cid: ContentId, options?: AbortOptions): Promise<boolean> {
    options?.signal?.throwIfAborted()
    const path = this.#path(cid)
    return guarded('be read', async () => (await this.#files.size(path)) !== undefined)
  }

  async delete(cid: ContentId, options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    const path = this.#path(cid)
    await guarded('be deleted', () => this.#files.delete(path))
  }

  async *list(options?: AbortOptions): AsyncIterable<{ cid: ContentId; sizeBytes: number }> {
    for (const shelf of await guarded('be listed', () => this.#files.list(this.#folder))) {
      options?.signal?.throwIfAborted()
      for (const cid of await guarded('be listed', () => this.#files.list(`${this.#folder}/${shelf}`))) {
        if (!isContentId(cid)) continue
        const sizeBytes = await guarded('be read', () => this.#files.size(this.#path(cid)))
        if (sizeBytes !== undefined) yield { cid, sizeBytes }
      }
    }
  }

  #path(cid: ContentId): string {
    parseContentId(cid)
    return `${this.#folder}/${cid.slice(-2)}/${cid}`
  }
}

/** @throws {LumosError} `storage-failed`, whose `details.reason` is `no-room` where the platform says so */
async function guarded<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const details = isNoRoom(cause) ? { details: { reason: 'no-room' } } : {}
    throw new LumosError('storage-failed', `A block could not ${what}`, { cause, ...details })
  }
}

function isNoRoom(error: unknown): boolean {
  const { name, code } = error as { name?: unknown; code?: unknown }
  return name === 'QuotaExceededError' || code === 'ENOSPC' || code === 'EDQUOT'
}
