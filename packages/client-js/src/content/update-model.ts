import type { ModelUpdate, TransferOptions } from '../contracts/index.ts'
import { describeModel } from './describe-model.ts'
import { completeFiles, type FileRecord, type ModelRecord } from './model-record.ts'
import type { StoreParts } from './store-parts.ts'
import { StoredFiles } from './stored-files.ts'

/**
 * Brings the files of `known` that are here to the newest revision. It replaces the old one when it is whole; an
 * interrupted update goes on from what came.
 *
 * @throws {LumosError} `model-unavailable`, `not-found` when no origin has the model any more
 */
export async function updateModel(
  known: ModelRecord,
  parts: StoreParts,
  options: TransferOptions,
): Promise<ModelUpdate> {
  const { records, updates, room } = parts
  const { modelId } = known
  const newest = await describeModel(modelId, parts, options)
  if (newest.revision === known.revision) {
    return { isChanged: false, movedBytes: 0, totalBytes: totalBytesOf(known, completeFiles(known).keys()) }
  }
  const next = await updates.change(modelId, begun =>
    begun?.revision === newest.revision ? begun : { ...newest, files: keepSameFiles(known, newest) },
  )
  const wanted = [...completeFiles(known).keys()].filter(path => Object.hasOwn(newest.files, path))
  const totalBytes = totalBytesOf(newest, wanted)
  const movedBytes = await bringAll(
    new StoredFiles(next as ModelRecord, updates, parts),
    wanted,
    totalBytes,
    options,
  )
  const whole = await updates.get(modelId)
  await records.change(
    modelId,
    current => current && whole && { ...whole, isPinned: current.isPinned, usedAt: current.usedAt },
  )
  await updates.delete(modelId)
  await room.release([known])
  return { isChanged: true, movedBytes, totalBytes }
}

async function bringAll(
  files: StoredFiles,
  paths: readonly string[],
  totalBytes: number,
  { signal, onProgress }: TransferOptions,
): Promise<number> {
  const startedAt = performance.now()
  let loadedBytes = 0
  let movedBytes = 0
  for (const path of paths) {
    const onBytes = (count: number): void => {
      loadedBytes += count
      const seconds = (performance.now() - startedAt) / 1000
      onProgress?.({ loadedBytes, totalBytes, bytesPerSecond: seconds > 0 ? loadedBytes / seconds : 0 })
    }
    const brought = await files.bring(path, { signal, onBytes })
    movedBytes += brought.movedBytes
  }
  return movedBytes
}

/** What has the same hash, or the same chunks, is here already. */
function keepSameFiles(known: ModelRecord, newest: ModelRecord): ModelRecord['files'] {
  const entries = Object.entries(newest.files).map(([path, file]): [string, FileRecord] => {
    const old = Object.hasOwn(known.files, path) ? known.files[path] : undefined
    return [path, old !== undefined && isSameContent(old, file) ? { ...file, ...old } : file]
  })
  return Object.fromEntries(entries)
}

function isSameContent(old: FileRecord, file: FileRecord): boolean {
  if (old.sizeBytes !== file.sizeBytes) return false
  if (old.sha256 !== undefined && file.sha256 !== undefined) return old.sha256 === file.sha256
  if (old.gitSha1 !== undefined && file.gitSha1 !== undefined) return old.gitSha1 === file.gitSha1
  const isPlanned = file.state === 'planned' && old.chunks.length === file.chunks.length
  return isPlanned && old.chunks.every(({ cid }, index) => cid === file.chunks[index]?.cid)
}

function totalBytesOf(record: ModelRecord, paths: Iterable<string>): number {
  return [...paths].reduce((sum, path) => sum + (record.files[path]?.sizeBytes ?? 0), 0)
}
