import type { FileStore } from '#platform'
import { type AbortOptions, isLumosError, LumosError } from '../../contracts/index.ts'
import { type DownloadRecord, type RemoteFile, writeRecord } from './download-record.ts'
import type { HubClient } from './hub-client.ts'
import type { ModelCard, ModelFolder, ReadFileOptions } from './model-folder.ts'
import { readBody } from './read-body.ts'
import { findDamage } from './verify-content.ts'

export interface HubFolderOptions {
  card: ModelCard
  hub: HubClient
  store: FileStore
  record: DownloadRecord
}

/** Attempts in a row that brought nothing. */
const maxIdleAttempts = 2

/** A model of the hub; each file is downloaded on its first read, checked and kept. */
export class HubFolder implements ModelFolder {
  readonly card: ModelCard
  readonly #hub: HubClient
  readonly #store: FileStore
  readonly #record: DownloadRecord

  constructor({ card, hub, store, record }: HubFolderOptions) {
    this.card = card
    this.#hub = hub
    this.#store = store
    this.#record = record
  }

  async stat(path: string, options?: AbortOptions): Promise<{ sizeBytes: number } | undefined> {
    options?.signal?.throwIfAborted()
    const file = this.#file(path)
    return file === undefined ? undefined : { sizeBytes: file.sizeBytes }
  }

  async read(path: string, options: ReadFileOptions = {}): Promise<Uint8Array> {
    const file = this.#file(path)
    if (file === undefined) throw this.#damaged(path, 'the hub does not have it')
    const local = `${this.card.modelId}/${path}`
    if (this.#record.complete.includes(path) && (await this.#store.size(local)) === file.sizeBytes) {
      options.signal?.throwIfAborted()
      options.onBytes?.(file.sizeBytes)
      return this.#store.read(local)
    }
    await this.#download(path, file, options)
    return this.#check(path, file)
  }

  #file(path: string): RemoteFile | undefined {
    return Object.hasOwn(this.#record.files, path) ? this.#record.files[path] : undefined
  }

  /** Goes on where an earlier attempt, or an earlier process, stopped. */
  async #download(path: string, file: RemoteFile, options: ReadFileOptions): Promise<void> {
    let idleAttempts = 0
    let offset = await this.#localSize(path)
    if (offset > file.sizeBytes) offset = 0
    options.onBytes?.(offset)
    while (offset < file.sizeBytes) {
      let failure: unknown
      try {
        await this.#attempt(path, file, offset, options)
      } catch (error) {
        options.signal?.throwIfAborted()
        // Refusals and damage stay what they are; only a broken connection is worth another try.
        if (isLumosError(error) && !error.retryable) throw error
        failure = error
      }
      const reached = await this.#localSize(path)
      idleAttempts = reached > offset ? 0 : idleAttempts + 1
      if (idleAttempts >= maxIdleAttempts) throw this.#interrupted(path, reached, file, failure)
      offset = reached
    }
  }

  async #attempt(path: string, file: RemoteFile, offset: number, options: ReadFileOptions): Promise<void> {
    const { modelId } = this.card
    const response = await this.#hub.open(modelId, this.#record.commit, path, { ...options, offset })
    const start = startOf(response, offset)
    const writer = await this.#openWriter(path, start)
    let received = start
    try {
      await readBody(
        response,
        chunk => {
          received += chunk.length
          if (received > file.sizeBytes) throw this.#damaged(path, 'the hub sends more than it said')
          return writer.write(chunk)
        },
        options,
      )
    } finally {
      await writer.close()
    }
  }

  async #check(path: string, file: RemoteFile): Promise<Uint8Array> {
    const local = `${this.card.modelId}/${path}`
    const bytes = await this.#store.read(local)
    const damage = await findDamage(bytes, file)
    if (damage !== undefined) {
      await this.#store.delete(local)
      throw this.#damaged(path, damage)
    }
    if (!this.#record.complete.includes(path)) this.#record.complete.push(path)
    await writeRecord(this.#store, this.card.modelId, this.#record)
    return bytes
  }

  async #localSize(path: string): Promise<number> {
    return (await this.#store.size(`${this.card.modelId}/${path}`)) ?? 0
  }

  async #openWriter(path: string, offset: number) {
    try {
      return await this.#store.openWriter(`${this.card.modelId}/${path}`, offset)
    } catch (cause) {
      throw new LumosError('model-unavailable', `${path} cannot be written to the model cache.`, { cause })
    }
  }

  #damaged(path: string, reason: string): LumosError {
    return new LumosError('model-unavailable', `${path} of ${this.card.modelId} is not usable: ${reason}.`)
  }

  #interrupted(path: string, offset: number, file: RemoteFile, cause: unknown): LumosError {
    const message = `The download of ${path} stopped at ${offset} of ${file.sizeBytes} bytes; load the model again to go on.`
    return new LumosError('model-unavailable', message, { cause, retryable: true })
  }
}

/** Where the bytes of `response` belong. A server that ignores ranges sends all from the beginning. */
function startOf(response: Response, offset: number): number {
  if (response.status !== 206) return 0
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]
  return start !== undefined && Number(start) <= offset ? Number(start) : 0
}
