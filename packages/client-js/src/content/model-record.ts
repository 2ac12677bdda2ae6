import type { ContentId, JsonObject, JsonValue, ModelId } from '../contracts/index.ts'
import { isJsonObject } from '../core/index.ts'
import { isContentId } from './content-id.ts'
import { type Chunk, isSafePath, sizeOfChunks } from './file-chunks.ts'

/** What the hub says of a file. */
export interface RemoteFile {
  sizeBytes: number
  /** Hex, of the content; for large files. */
  sha256?: string
  /** Hex, of the content with git's blob header; for small files. */
  gitSha1?: string
}

/** One revision of a model, as its sources describe it. */
export interface ModelDescription {
  revision: string
  license?: string
  /** Gated or private on the hub: not ours to hand on. */
  isRestricted?: boolean
  files: Record<string, RemoteFile>
}

/** A file of a model, and how much of it is here. */
export interface FileRecord extends RemoteFile {
  /**
   * `complete`: all of `chunks` came and were checked. `planned`: `chunks` are all of the file, as a mirror says, and
   * some may be missing. `partial`: `chunks` are its beginning; the last of them may be shorter than a cut, as the
   * download stopped there. `absent`: nothing is here.
   */
  state: 'complete' | 'planned' | 'partial' | 'absent'
  chunks: Chunk[]
}

export interface ModelRecord extends ModelDescription {
  modelId: ModelId
  files: Record<string, FileRecord>
  isPinned: boolean
  /** ISO 8601. */
  usedAt: string
}

export function completeFiles(record: ModelRecord): Map<string, Chunk[]> {
  const files = Object.entries(record.files).filter(([, file]) => file.state === 'complete')
  return new Map(files.map(([path, file]) => [path, file.chunks]))
}

/** Of every file, whole or not. */
export function chunksOfRecord(record: ModelRecord): Chunk[] {
  return Object.values(record.files).flatMap(file => file.chunks)
}

export function encodeRecord(record: ModelRecord): string {
  return JSON.stringify(record)
}

/** Undefined for what is no record: then its sources are asked again, and its chunks found again. */
export function decodeRecord(value: JsonValue, modelId: ModelId): ModelRecord | undefined {
  if (!isJsonObject(value) || value.modelId !== modelId || typeof value.revision !== 'string')
    return undefined
  if (!isJsonObject(value.files) || typeof value.usedAt !== 'string') return undefined
  const files: Record<string, FileRecord> = {}
  for (const [path, file] of Object.entries(value.files)) {
    const decoded = isSafePath(path) ? decodeFile(file) : undefined
    if (decoded === undefined) return undefined
    files[path] = decoded
  }
  return {
    modelId,
    revision: value.revision,
    ...(typeof value.license === 'string' && { license: value.license }),
    ...(value.isRestricted === true && { isRestricted: true }),
    files,
    isPinned: value.isPinned === true,
    usedAt: value.usedAt,
  }
}

function decodeFile(value: JsonValue): FileRecord | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.chunks) || !isSize(value.sizeBytes)) return undefined
  const { state, sizeBytes, sha256, gitSha1 } = value
  const chunks = value.chunks.filter(isJsonObject).flatMap(decodeChunk)
  if (chunks.length !== value.chunks.length) return undefined
  if (state !== 'complete' && state !== 'planned' && state !== 'partial' && state !== 'absent')
    return undefined
  const hasAll = sizeOfChunks(chunks) === sizeBytes
  if ((state === 'complete' || state === 'planned') && !hasAll) return undefined
  return {
    sizeBytes,
    ...(typeof sha256 === 'string' && { sha256 }),
    ...(typeof gitSha1 === 'string' && { gitSha1 }),
    state,
    chunks,
  }
}

function decodeChunk({ cid, sizeBytes }: JsonObject): Chunk[] {
  return isContentId(cid) && isSize(sizeBytes) ? [{ cid: cid as ContentId, sizeBytes }] : []
}

function isSize(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
