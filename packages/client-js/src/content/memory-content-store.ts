import {
  type AbortOptions,
  type ContentId,
  type ContentStore,
  LumosError,
  maxBlockBytes,
} from '../contracts/index.ts'
import { matchesContentId, parseContentId } from './content-id.ts'

/** Blocks in memory, gone with the process. */
export class MemoryContentStore implements ContentStore {
  readonly #blocks = new Map<ContentId, Uint8Array<ArrayBuffer>>()

  async put(cid: ContentId, bytes: Uint8Array, options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    const copy = bytes.slice()
    await requireMatch(cid, copy)
    this.#blocks.set(cid, copy)
  }

  async get(cid: ContentId, options?: AbortOptions): Promise<Uint8Array<ArrayBuffer> | undefined> {
    options?.signal?.throwIfAborted()
    parseContentId(cid)
    return this.#blocks.get(cid)?.slice()
  }

  async has(cid: ContentId, options?: AbortOptions): Promise<boolean> {
    options?.signal?.throwIfAborted()
    parseContentId(cid)
    return this.#blocks.has(cid)
  }

  async delete(cid: ContentId, options?: AbortOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    parseContentId(cid)
    this.#blocks.delete(cid)
  }

  async *list(options?: AbortOptions): AsyncIterable<{ cid: ContentId; sizeBytes: number }> {
    for (const [cid, bytes] of [...this.#blocks]) {
      options?.signal?.throwIfAborted()
      yield { cid, sizeBytes: bytes.length }
    }
  }
}

/** @throws {LumosError} `too-large`; `invalid-request` when `bytes` are not what `cid` names */
export async function requireMatch(cid: ContentId, bytes: Uint8Array): Promise<void> {
  if (bytes.length > maxBlockBytes) {
    throw new LumosError('too-large', `A block may have ${maxBlockBytes} bytes at most`)
  }
  if (await matchesContentId(cid, bytes)) return
  throw new LumosError('invalid-request', `The bytes are not those of ${cid}`)
}
