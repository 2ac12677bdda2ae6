import {
  type AbortOptions,
  type ContentSource,
  LumosError,
  type ModelFiles,
  type ModelId,
  type ReadFileOptions,
} from '../contracts/index.ts'
import { KeyedLock } from '../core/index.ts'
import { downloadFile } from './download-file.ts'
import { type FetchBlocksOptions, type FetchedBlocks, fetchBlocks } from './fetch-blocks.ts'
import { type Chunk, sizeOfChunks } from './file-chunks.ts'
import { createFileHash } from './file-hash.ts'
import { HubFileSource } from './hub-file-source.ts'
import type { FileRecord, ModelRecord } from './model-record.ts'
import type { ModelRecords } from './model-records.ts'
import type { StoreParts } from './store-parts.ts'

/** The files of one record: from blocks that are here, or from the origins, of which each block is checked and kept. */
export class StoredFiles implements ModelFiles {
  readonly license?: string
  readonly #modelId: ModelId
  readonly #records: ModelRecords
  readonly #parts: StoreParts
  readonly #reading = new KeyedLock()

  constructor(record: ModelRecord, records: ModelRecords, parts: StoreParts) {
    this.#modelId = record.modelId
    this.#records = records
    this.#parts = parts
    if (record.license !== undefined) this.license = record.license
  }

  async stat(path: string, options?: AbortOptions): Promise<{ sizeBytes: number } | undefined> {
    options?.signal?.throwIfAborted()
    const file = fileOf(await this.#records.get(this.#modelId), path)
    return file === undefined ? undefined : { sizeBytes: file.sizeBytes }
  }

  read(path: string, options: ReadFileOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#alone(path, async () => {
      const { record, file } = await this.#fileOf(path, options)
      if (file.state === 'complete') return this.#assemble(record, path, file, options)
      const { file: complete } = await this.#bring(record, path, file, options)
      return this.#assemble(record, path, complete, { signal: options.signal })
    })
  }

  /** Has the file here, whole and checked, without reading it. Resolves to the bytes that had to move. */
  bring(path: string, options: ReadFileOptions = {}): Promise<FetchedBlocks> {
    return this.#alone(path, async () => {
      const { record, file } = await this.#fileOf(path, options)
      if (file.state === 'complete') return { movedBytes: 0 }
      return this.#bring(record, path, file, options)
    })
  }

  #alone<T>(path: string, work: () => Promise<T>): Promise<T> {
    return this.#parts.inUse.during(this.#modelId, () => this.#reading.run(path, work))
  }

  async #fileOf(path: string, { signal }: AbortOptions): Promise<{ record: ModelRecord; file: FileRecord }> {
    signal?.throwIfAborted()
    const record = await this.#records.get(this.#modelId)
    const file = fileOf(record, path)
    if (record !== undefined && file !== undefined) return { record, file }
    throw this.#unusable(path, record === undefined ? 'the model was removed' : 'the model has no such file')
  }

  async #bring(
    record: ModelRecord,
    path: string,
    file: FileRecord,
    options: ReadFileOptions,
  ): Promise<FetchedBlocks & { file: FileRecord }> {
    const planned =
      file.state === 'planned' ? await this.#bringPlanned(record, path, file, options) : undefined
    if (planned?.file !== undefined) return { movedBytes: planned.movedBytes, file: planned.file }
    const { hub, room, blocks } = this.#parts
    if (hub === undefined) throw this.#unusable(path, 'no source has it as it should be')
    const known = file.state === 'partial' ? file : { ...file, state: 'absent' as const, chunks: [] }
    const origin = { hub, file: known, blocks: { put: room.put.bind(room), get: blocks.get.bind(blocks) } }
    const address = { modelId: this.#modelId, revision: record.revision, path }
    const { movedBytes, file: complete } = await room.during(
      file.sizeBytes - sizeOfChunks(known.chunks),
      () => downloadFile(origin, address, { ...options, save: changed => this.#save(path, changed) }),
    )
    return { movedBytes: movedBytes + (planned?.movedBytes ?? 0), file: complete }
  }

  /** Without `file` when the plan's blocks are not what the hub's hash says. */
  async #bringPlanned(
    record: ModelRecord,
    path: string,
    file: FileRecord,
    options: ReadFileOptions,
  ): Promise<FetchedBlocks & { file?: FileRecord }> {
    let counted = 0
    const onBlock = (sizeBytes: number): void => {
      counted += sizeBytes
      options.onBytes?.(sizeBytes)
    }
    const { movedBytes } = await this.#parts.room.during(file.sizeBytes, () =>
      this.#fetch(record, path, file, file.chunks, { signal: options.signal, onBlock }),
    )
    // A block that the file holds twice moved once.
    if (counted < file.sizeBytes) options.onBytes?.(file.sizeBytes - counted)
    const hash = await createFileHash(file)
    for (const { cid } of file.chunks)
      hash.update((await this.#parts.blocks.get(cid, options)) ?? new Uint8Array())
    const isSound = hash.findDamage() === undefined
    const changed: FileRecord = isSound
      ? { ...file, state: 'complete' }
      : { ...file, state: 'absent', chunks: [] }
    await this.#save(path, changed)
    return isSound ? { movedBytes, file: changed } : { movedBytes }
  }

  /** Blocks that are missing, or were damaged and therefore deleted, are fetched again. */
  async #assemble(record: ModelRecord, path: string, file: FileRecord, options: ReadFileOptions) {
    const bytes = this.#allocate(path, file)
    const missing = new Set<number>()
    const read = async (index: number, offset: number): Promise<void> => {
      const { cid, sizeBytes } = file.chunks[index] as Chunk
      const block = await this.#parts.blocks.get(cid, { signal: options.signal })
      if (block?.length !== sizeBytes) {
        if (missing.has(index)) throw this.#unusable(path, 'a block of it is gone as soon as it came')
        missing.add(index)
        return
      }
      missing.delete(index)
      bytes.set(block, offset)
      options.onBytes?.(sizeBytes)
    }
    const offsets = offsetsOf(file)
    for (const [index, offset] of offsets.entries()) await read(index, offset)
    if (missing.size === 0) return bytes
    const wanted = [...missing].map(index => file.chunks[index] as Chunk)
    await this.#fetch(record, path, file, wanted, { signal: options.signal })
    for (const index of [...missing]) await read(index, offsets[index] as number)
    return bytes
  }

  #allocate(path: string, { sizeBytes }: FileRecord): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(sizeBytes)
    } catch (cause) {
      throw this.#unusable(path, `${sizeBytes} bytes do not fit into memory`, cause)
    }
  }

  #fetch(
    { modelId, revision }: ModelRecord,
    path: string,
    file: FileRecord,
    wanted: readonly Chunk[],
    options: FetchBlocksOptions,
  ): Promise<FetchedBlocks> {
    const { blocks, room, hub, mirrors } = this.#parts
    const isOnHub = hub !== undefined && modelId.includes('/')
    const sources: ContentSource[] = [
      ...mirrors,
      ...(isOnHub ? [new HubFileSource(hub, { modelId, revision, path }, file.chunks)] : []),
    ]
    return fetchBlocks(wanted, sources, { has: blocks.has.bind(blocks), put: room.put.bind(room) }, options)
  }

  async #save(path: string, file: FileRecord): Promise<void> {
    await this.#records.change(this.#modelId, record =>
      fileOf(record, path) === undefined || record === undefined
        ? undefined
        : { ...record, files: { ...record.files, [path]: file } },
    )
  }

  #unusable(path: string, reason: string, cause?: unknown): LumosError {
    return new LumosError('model-unavailable', `${path} of ${this.#modelId} is not usable: ${reason}.`, {
      cause,
    })
  }
}

function fileOf(record: ModelRecord | undefined, path: string): FileRecord | undefined {
  return record !== undefined && Object.hasOwn(record.files, path) ? record.files[path] : undefined
}

function offsetsOf({ chunks }: FileRecord): number[] {
  let offset = 0
  return chunks.map(({ sizeBytes }) => {
    const own = offset
    offset += sizeBytes
    return own
  })
}
