import { type ContentStore, isLumosError, LumosError, type ReadFileOptions } from '../contracts/index.ts'
import { readBody } from '../core/index.ts'
import type { Chunk } from './file-chunks.ts'
import { FileIngest } from './file-ingest.ts'
import { type HubClient, type HubFile, startOf } from './hub-client.ts'
import type { FileRecord } from './model-record.ts'

export interface DownloadParts {
  hub: HubClient
  blocks: Pick<ContentStore, 'get' | 'put'>
  /** What is here of it, from an earlier attempt or process. */
  file: FileRecord
}

export interface DownloadOptions extends ReadFileOptions {
  /** Remembers how far the download came. */
  save(file: FileRecord): Promise<void>
}

/** Attempts in a row that brought nothing. */
const maxIdleAttempts = 2
/** So many chunks a killed process may have to fetch again. */
const chunksPerSave = 4

/**
 * Brings a file from the hub as one stream, cuts it into chunks and keeps them; goes on where an earlier attempt, or an
 * earlier process, stopped.
 *
 * @throws {LumosError} `model-unavailable`, retryable when the connection broke; `storage-failed`
 */
export async function downloadFile(
  parts: DownloadParts,
  address: HubFile,
  options: DownloadOptions,
): Promise<{ movedBytes: number; file: FileRecord }> {
  const download = new FileDownload(parts, address, options)
  return download.run()
}

class FileDownload {
  readonly #parts: DownloadParts
  readonly #address: HubFile
  readonly #options: DownloadOptions
  #movedBytes = 0
  #savedChunks = 0
  #isDamaged = false

  constructor(parts: DownloadParts, address: HubFile, options: DownloadOptions) {
    this.#parts = parts
    this.#address = address
    this.#options = options
  }

  async run(): Promise<{ movedBytes: number; file: FileRecord }> {
    const { file, blocks } = this.#parts
    const ingest = await FileIngest.start(blocks, file)
    await this.#replay(ingest)
    try {
      await this.#fetchAll(ingest)
    } catch (error) {
      await this.#stop(ingest)
      throw error
    }
    await ingest.flush()
    const damage = ingest.findDamage()
    if (damage !== undefined) {
      await this.#options.save({ ...file, state: 'absent', chunks: [] })
      throw this.#damaged(damage)
    }
    const complete: FileRecord = { ...file, state: 'complete', chunks: [...ingest.chunks] }
    await this.#options.save(complete)
    return { movedBytes: this.#movedBytes, file: complete }
  }

  /** Shows the ingest what is here, as far as it is whole. */
  async #replay(ingest: FileIngest): Promise<void> {
    const { signal, onBytes } = this.#options
    for (const { cid, sizeBytes } of this.#parts.file.chunks) {
      const bytes = await this.#parts.blocks.get(cid, { signal })
      if (bytes?.length !== sizeBytes) return
      await ingest.write(bytes, { signal })
      onBytes?.(bytes.length)
    }
  }

  async #fetchAll(ingest: FileIngest): Promise<void> {
    const { sizeBytes } = this.#parts.file
    let idleAttempts = 0
    while (ingest.offset < sizeBytes) {
      const { offset } = ingest
      let failure: unknown
      try {
        await this.#attempt(ingest)
      } catch (error) {
        this.#options.signal?.throwIfAborted()
        // Refusals and damage stay what they are; only a broken connection is worth another try.
        if (isLumosError(error) && (!error.retryable || error.code === 'storage-failed')) throw error
        failure = error
      }
      idleAttempts = ingest.offset > offset ? 0 : idleAttempts + 1
      if (idleAttempts >= maxIdleAttempts) throw this.#interrupted(ingest.offset, failure)
    }
  }

  async #attempt(ingest: FileIngest): Promise<void> {
    const { signal, onBytes } = this.#options
    const response = await this.#parts.hub.open(this.#address, { signal, offset: ingest.offset })
    let known = ingest.offset - startOf(response, ingest.offset)
    const take = async (piece: Uint8Array): Promise<void> => {
      this.#movedBytes += piece.length
      const fresh = piece.subarray(Math.min(known, piece.length))
      known -= piece.length - fresh.length
      if (ingest.offset + fresh.length > this.#parts.file.sizeBytes) {
        throw this.#damaged('the hub sends more than it said')
      }
      await ingest.write(fresh, { signal })
      if (ingest.chunks.length - this.#savedChunks >= chunksPerSave) await this.#save(ingest.chunks)
      onBytes?.(fresh.length)
    }
    await readBody(response, take, { signal })
  }

  /** The next attempt goes on from here, unless what came is wrong. */
  async #stop(ingest: FileIngest): Promise<void> {
    if (this.#isDamaged) return this.#options.save({ ...this.#parts.file, state: 'absent', chunks: [] })
    await ingest.flush()
    await this.#save(ingest.chunks)
  }

  async #save(chunks: readonly Chunk[]): Promise<void> {
    this.#savedChunks = chunks.length
    const state = chunks.length === 0 ? 'absent' : 'partial'
    await this.#options.save({ ...this.#parts.file, state, chunks: [...chunks] })
  }

  #damaged(reason: string): LumosError {
    this.#isDamaged = true
    const { path, modelId } = this.#address
    return new LumosError('model-unavailable', `${path} of ${modelId} is not usable: ${reason}.`)
  }

  #interrupted(offset: number, cause: unknown): LumosError {
    const { path } = this.#address
    const { sizeBytes } = this.#parts.file
    const message = `The download of ${path} stopped at ${offset} of ${sizeBytes} bytes; load the model again to go on.`
    return new LumosError('model-unavailable', message, { cause, retryable: true })
  }
}
