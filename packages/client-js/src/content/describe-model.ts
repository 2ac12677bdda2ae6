import { type AbortOptions, LumosError, type ModelId } from '../contracts/index.ts'
import { sizeOfChunks } from './file-chunks.ts'
import type { HubClient } from './hub-client.ts'
import type { Mirror, MirroredModel } from './mirror.ts'
import type { FileRecord, ModelDescription, ModelRecord } from './model-record.ts'

export interface ModelOrigins {
  /** Whose hashes decide; absent: mirrors are believed about what a model's files are. */
  hub?: HubClient
  mirrors: readonly Mirror[]
}

/**
 * What the origins say a model is made of, as a record of which nothing is here yet. The hub says which files there are
 * and their hashes; a mirror, of which chunks they consist.
 *
 * @throws {LumosError} `not-found` when no origin has it; `model-unavailable` when none answers
 */
export async function describeModel(
  modelId: ModelId,
  { hub, mirrors }: ModelOrigins,
  options: AbortOptions = {},
): Promise<ModelRecord> {
  const isHubName = modelId.includes('/')
  const [fromHub, ...fromMirrors] = await Promise.allSettled([
    isHubName ? hub?.describe(modelId, options) : undefined,
    ...mirrors.map(mirror => mirror.describe(modelId, options)),
  ])
  options.signal?.throwIfAborted()
  const described = fromHub.status === 'fulfilled' ? fromHub.value : undefined
  const mirrored = fromMirrors
    .filter(answer => answer.status === 'fulfilled')
    .map(answer => answer.value)
    .find(answer => answer !== undefined)
  if (described === undefined && mirrored === undefined) {
    const failed = [fromHub, ...fromMirrors].find(answer => answer.status === 'rejected')
    throw failed?.reason ?? new LumosError('not-found', `There is no model ${modelId} here or on a mirror.`)
  }
  return { modelId, ...merge(described, mirrored), isPinned: false, usedAt: new Date().toISOString() }
}

function merge(described: ModelDescription | undefined, mirrored: MirroredModel | undefined) {
  const files: Record<string, FileRecord> = {}
  for (const [path, file] of Object.entries(described?.files ?? {})) {
    files[path] = { ...file, state: 'absent', chunks: [] }
  }
  // Chunks of another revision would move for nothing.
  const isSame = described === undefined || described.revision === mirrored?.revision
  for (const [path, chunks] of (isSame && mirrored?.files) || []) {
    const known = Object.hasOwn(files, path) ? files[path] : undefined
    const file = known ?? { sizeBytes: sizeOfChunks(chunks) }
    if (file.sizeBytes === sizeOfChunks(chunks)) files[path] = { ...file, state: 'planned', chunks }
  }
  const license = described === undefined ? mirrored?.license : described.license
  return {
    revision: (described ?? mirrored)?.revision ?? '',
    ...(license !== undefined && { license }),
    ...(described?.isRestricted === true && { isRestricted: true }),
    files,
  }
}
