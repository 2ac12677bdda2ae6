import type { FileStore } from '#platform'
import { type AbortOptions, LumosError } from '../../contracts/index.ts'
import type { ModelCard, ModelFolder, ReadFileOptions } from './model-folder.ts'

/** A model that lies in a directory, whole. */
export class DirectoryFolder implements ModelFolder {
  readonly card: ModelCard
  readonly #store: FileStore
  readonly #prefix: string

  /** @param path - of the model below the store; `''` when the store's directory is the model */
  constructor(store: FileStore, path: string, card: ModelCard) {
    this.card = card
    this.#store = store
    this.#prefix = path === '' ? '' : `${path}/`
  }

  async stat(path: string, options?: AbortOptions): Promise<{ sizeBytes: number } | undefined> {
    options?.signal?.throwIfAborted()
    const sizeBytes = await this.#store.size(this.#prefix + path)
    return sizeBytes === undefined ? undefined : { sizeBytes }
  }

  async read(path: string, options?: ReadFileOptions): Promise<Uint8Array> {
    options?.signal?.throwIfAborted()
    try {
      const bytes = await this.#store.read(this.#prefix + path)
      options?.onBytes?.(bytes.length)
      return bytes
    } catch (cause) {
      throw new LumosError('model-unavailable', `${path} of ${this.card.modelId} cannot be read.`, { cause })
    }
  }
}
