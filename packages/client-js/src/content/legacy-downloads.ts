import type { FileStore } from '#platform'
import {
  type AbortOptions,
  isLumosError,
  type JsonObject,
  type JsonValue,
  type ModelId,
} from '../contracts/index.ts'
import { decodeJson, isJsonObject, isModelId } from '../core/index.ts'
import { isSafePath } from './file-chunks.ts'
import { FileIngest } from './file-ingest.ts'
import type { FileRecord, ModelRecord, RemoteFile } from './model-record.ts'
import type { StoreParts } from './store-parts.ts'

/** What lay beside the files of a download before there were blocks. */
const recordName = 'lumos-download.json'

/** Takes over what versions up to 0.10.0 downloaded as plain files: `<owner>/<name>/…` with a record beside them. */
export class LegacyDownloads {
  readonly #files: FileStore
  readonly #parts: Pick<StoreParts, 'blocks' | 'records' | 'inUse'>
  #adopted: Promise<void> | undefined

  constructor(files: FileStore, parts: Pick<StoreParts, 'blocks' | 'records' | 'inUse'>) {
    this.#files = files
    this.#parts = parts
  }

  /** Once for all callers. A file is deleted when its chunks and the record are kept. */
  async adopt(options?: AbortOptions): Promise<void> {
    this.#adopted ??= this.#adoptAll()
    const adopting = this.#adopted
    try {
      await adopting
    } catch (error) {
      if (this.#adopted === adopting) this.#adopted = undefined
      throw error
    }
    options?.signal?.throwIfAborted()
  }

  async #adoptAll(): Promise<void> {
    for (const owner of await this.#files.list('')) {
      if (!isModelId(owner)) continue
      for (const name of await this.#files.list(owner)) {
        const modelId = `${owner}/${name}`
        if (!isModelId(modelId) || (await this.#files.size(`${modelId}/${recordName}`)) === undefined)
          continue
        await this.#parts.inUse.during(modelId, () => this.#adoptModel(modelId))
      }
    }
  }

  async #adoptModel(modelId: ModelId): Promise<void> {
    const { records } = this.#parts
    const found = await this.#readRecord(modelId)
    if (found !== undefined) {
      const record = (await records.change(modelId, known => known ?? found)) as ModelRecord
      for (const [path, file] of Object.entries(record.files)) await this.#adoptFile(modelId, path, file)
    }
    await this.#files.delete(modelId)
  }

  async #adoptFile(modelId: ModelId, path: string, file: FileRecord): Promise<void> {
    const { blocks, records } = this.#parts
    const local = `${modelId}/${path}`
    const sizeBytes = await this.#files.size(local)
    if (file.state !== 'absent' || sizeBytes === undefined || sizeBytes > file.sizeBytes) return
    const ingest = await FileIngest.start(blocks, file)
    await ingest.write(await this.#files.read(local))
    await ingest.flush()
    if (sizeBytes === file.sizeBytes && ingest.findDamage() !== undefined) return
    const state = sizeBytes === file.sizeBytes ? 'complete' : 'partial'
    const adopted: FileRecord = { ...file, state, chunks: [...ingest.chunks] }
    await records.change(
      modelId,
      record => record && { ...record, files: { ...record.files, [path]: adopted } },
    )
    await this.#files.delete(local)
  }

  /** Undefined for one torn by a crash: then the hub is asked again, as it was before. */
  async #readRecord(modelId: ModelId): Promise<ModelRecord | undefined> {
    try {
      const bytes = await this.#files.read(`${modelId}/${recordName}`)
      return recordOf(decodeJson(bytes, { maxBytes: 2 ** 23, maxDepth: 8 }), modelId)
    } catch (error) {
      if (isLumosError(error)) return undefined
      throw error
    }
  }
}

function recordOf(value: JsonValue, modelId: ModelId): ModelRecord | undefined {
  if (!isJsonObject(value) || typeof value.commit !== 'string' || !isJsonObject(value.files)) return undefined
  const files = Object.entries(value.files).flatMap(([path, file]): [string, FileRecord][] => {
    const remote = isSafePath(path) && isJsonObject(file) ? remoteFileOf(file) : undefined
    return remote === undefined ? [] : [[path, { ...remote, state: 'absent', chunks: [] }]]
  })
  return {
    modelId,
    revision: value.commit,
    ...(typeof value.license === 'string' && { license: value.license }),
    files: Object.fromEntries(files),
    isPinned: false,
    usedAt: new Date().toISOString(),
  }
}

function remoteFileOf({ sizeBytes, sha256, gitSha1 }: JsonObject): RemoteFile | undefined {
  if (typeof sizeBytes !== 'number' || !Number.isSafeInteger(sizeBytes)) return undefined
  return {
    sizeBytes,
    ...(typeof sha256 === 'string' && { sha256 }),
    ...(typeof gitSha1 === 'string' && { gitSha1 }),
  }
}
