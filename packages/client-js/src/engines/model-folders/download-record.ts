import type { FileStore } from '#platform'
import { isLumosError, type JsonObject, LumosError } from '../../contracts/index.ts'
import { decodeJson, isJsonObject, utf8 } from '../../core/index.ts'

/** Written before the first byte of a model, so that a half downloaded folder is known as one. */
export const downloadRecordName = 'lumos-download.json'

/** What the hub says of a file. */
export interface RemoteFile {
  sizeBytes: number
  /** Hex, of the content; for large files. */
  sha256?: string
  /** Hex, of the content with git's blob header; for small files. */
  gitSha1?: string
}

/** One revision of a model, and how much of it is here. */
export interface DownloadRecord {
  commit: string
  license?: string
  files: Record<string, RemoteFile>
  /** Paths whose content was checked. */
  complete: string[]
}

export async function readRecord(store: FileStore, folder: string): Promise<DownloadRecord | undefined> {
  const path = `${folder}/${downloadRecordName}`
  if ((await store.size(path)) === undefined) return undefined
  try {
    return recordOf(decodeJson(await store.read(path), { maxBytes: 2 ** 23, maxDepth: 8 }) as JsonObject)
  } catch (error) {
    // A record torn by a crash only costs checking again.
    if (isLumosError(error)) return undefined
    throw error
  }
}

export async function writeRecord(store: FileStore, folder: string, record: DownloadRecord): Promise<void> {
  const writer = await store.openWriter(`${folder}/${downloadRecordName}`, 0)
  try {
    await writer.write(utf8.encode(JSON.stringify(record)))
  } finally {
    await writer.close()
  }
}

function recordOf(value: JsonObject): DownloadRecord {
  const { commit, files, complete } = value
  if (typeof commit !== 'string' || !isJsonObject(files) || !Array.isArray(complete)) {
    throw new LumosError('storage-failed', 'The download record is damaged.')
  }
  return value as unknown as DownloadRecord
}
