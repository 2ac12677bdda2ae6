import type { StoredModel } from '../contracts/index.ts'
import { sizeOfChunks } from './file-chunks.ts'
import { encodeFolder } from './folder-dag.ts'
import { completeFiles, type ModelRecord } from './model-record.ts'

/** What is here of a record, for people and for others. */
export async function storedModel(record: ModelRecord): Promise<StoredModel> {
  const complete = completeFiles(record)
  const files = [...complete].map(([path, chunks]) => ({ path, sizeBytes: sizeOfChunks(chunks) }))
  return {
    modelId: record.modelId,
    cid: (await encodeFolder(complete)).root,
    revision: record.revision,
    ...(record.license !== undefined && { license: record.license }),
    files,
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    isPinned: record.isPinned,
    usedAt: record.usedAt,
  }
}
