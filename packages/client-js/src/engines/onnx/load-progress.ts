import type { LoadOptions } from '../../contracts/index.ts'
import type { ModelFolder, ReadFileOptions } from '../model-folders/index.ts'

/** Given to every read; adds up what arrives. */
export interface ReadTracker extends ReadFileOptions {
  onBytes: (count: number) => void
}

export interface LoadProgressTracker extends ReadTracker {
  /** All files are here; the runtime takes over. */
  initialise(): void
}

/** Reports at most this often, plus the first and the last. */
const stepsPerLoad = 200

/** Turns bytes of single files into progress of the whole load. */
export async function createLoadProgress(
  folder: ModelFolder,
  paths: string[],
  { signal, onProgress }: LoadOptions,
): Promise<LoadProgressTracker> {
  const stats = await Promise.all(paths.map(path => folder.stat(path, { signal })))
  const sizes = stats.filter(stat => stat !== undefined).map(stat => stat.sizeBytes)
  const isKnown = sizes.every(size => size !== undefined)
  const totalBytes = isKnown ? sizes.reduce((sum: number, size) => sum + (size ?? 0), 0) : undefined
  const { modelId } = folder.card
  let loadedBytes = 0
  let reportedBytes = 0
  const report = (phase: 'download' | 'initialise') => {
    reportedBytes = loadedBytes
    onProgress?.({ modelId, phase, loadedBytes, ...(totalBytes !== undefined && { totalBytes }) })
  }
  report('download')
  return {
    signal,
    onBytes(count) {
      loadedBytes += count
      if (loadedBytes - reportedBytes >= (totalBytes ?? 0) / stepsPerLoad) report('download')
    },
    initialise: () => report('initialise'),
  }
}
