import type { FileStore } from '#platform'
import { isLumosError, LumosError, type ModelId } from '../contracts/index.ts'
import { decodeJson, isModelId, KeyedLock, utf8 } from '../core/index.ts'
import { decodeRecord, encodeRecord, type ModelRecord } from './model-record.ts'

const limits = { maxBytes: 2 ** 26, maxDepth: 8 }

/** What is known of the models here: one file each, replaced whole. Nothing is kept in memory, so processes may share it. */
export class ModelRecords {
  readonly #files: FileStore
  readonly #folder: string
  readonly #changing = new KeyedLock()

  constructor(files: FileStore, folder: string) {
    this.#files = files
    this.#folder = folder
  }

  async get(modelId: ModelId): Promise<ModelRecord | undefined> {
    const path = this.#path(modelId)
    try {
      if ((await this.#files.size(path)) === undefined) return undefined
      return decodeRecord(decodeJson(await this.#files.read(path), limits), modelId)
    } catch (cause) {
      if (isLumosError(cause)) return undefined
      throw failed('read', cause)
    }
  }

  async list(): Promise<ModelRecord[]> {
    const records: ModelRecord[] = []
    for (const modelId of await this.#modelIds()) {
      const record = await this.get(modelId)
      if (record !== undefined) records.push(record)
    }
    return records
  }

  /** Writes what `change` makes of the newest record; undefined from it changes nothing. */
  async change(
    modelId: ModelId,
    change: (record: ModelRecord | undefined) => ModelRecord | undefined,
  ): Promise<ModelRecord | undefined> {
    return this.#changing.run(modelId, async () => {
      const changed = change(await this.get(modelId))
      if (changed === undefined) return undefined
      try {
        await this.#files.replace(this.#path(modelId), utf8.encode(encodeRecord(changed)))
      } catch (cause) {
        throw failed('written', cause)
      }
      return changed
    })
  }

  async delete(modelId: ModelId): Promise<void> {
    await this.#changing.run(modelId, () => this.#files.delete(this.#path(modelId)))
  }

  async #modelIds(): Promise<ModelId[]> {
    const ids: ModelId[] = []
    for (const name of await this.#files.list(this.#folder)) {
      if (name.endsWith('.json')) ids.push(name.slice(0, -'.json'.length) as ModelId)
      else
        for (const file of await this.#files.list(`${this.#folder}/${name}`)) {
          if (file.endsWith('.json')) ids.push(`${name}/${file.slice(0, -'.json'.length)}` as ModelId)
        }
    }
    return ids.filter(isModelId)
  }

  #path(modelId: ModelId): string {
    return `${this.#folder}/${modelId}.json`
  }
}

function failed(what: string, cause: unknown): LumosError {
  return new LumosError('storage-failed', `What is known of a model could not be ${what}`, { cause })
}
