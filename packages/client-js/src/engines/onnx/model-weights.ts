import { type AbortOptions, LumosError } from '../../contracts/index.ts'
import type { ModelFolder, ReadFileOptions } from '../model-folders/index.ts'
import type { ModelWeights } from './causal-decoder.ts'
import type { DeviceSupport } from './runtime.ts'
import { type WeightFormat, weightFormats, weightPath } from './weight-format.ts'

export interface WeightChoice {
  device: DeviceSupport
  format: WeightFormat
  /** The graph first, then the data it refers to. */
  paths: string[]
  /** Of all paths; absent where the folder does not say. */
  sizeBytes: number | undefined
}

/** A graph larger than 2 GB, the limit of its file format, is split into this many files at most. */
const maxDataFiles = 16

/**
 * The weights that run best on the best device.
 *
 * @throws {LumosError} `model-unavailable` when the folder has no weights this engine reads
 */
export async function chooseWeights(
  folder: ModelFolder,
  devices: DeviceSupport[],
  wanted: WeightFormat | undefined,
  options?: AbortOptions,
): Promise<WeightChoice> {
  for (const device of devices) {
    for (const format of wanted === undefined ? weightFormats(device) : [wanted]) {
      const path = weightPath(format)
      const graph = await folder.stat(path, options)
      if (graph === undefined) continue
      const data = await findData(folder, path, options)
      const sizes = [graph, ...data.map(file => file.stat)].map(stat => stat.sizeBytes)
      const paths = [path, ...data.map(file => file.path)]
      return { device, format, paths, sizeBytes: sum(sizes) }
    }
  }
  const what = wanted === undefined ? 'weights in a format this engine reads' : weightPath(wanted)
  throw new LumosError('model-unavailable', `${folder.card.modelId} has no ${what}.`)
}

export async function readWeights(
  folder: ModelFolder,
  { paths }: WeightChoice,
  options: ReadFileOptions,
): Promise<ModelWeights> {
  const [graphPath, ...dataPaths] = paths as [string, ...string[]]
  const graph = await folder.read(graphPath, options)
  const externalData: ModelWeights['externalData'] = []
  for (const path of dataPaths) {
    externalData.push({ path: path.slice(path.lastIndexOf('/') + 1), data: await folder.read(path, options) })
  }
  return { graph, externalData }
}

/** `model.onnx_data`, `model.onnx_data_1`, … as far as they go. */
async function findData(folder: ModelFolder, graphPath: string, options?: AbortOptions) {
  const found: { path: string; stat: { sizeBytes?: number } }[] = []
  for (let index = 0; index < maxDataFiles; index++) {
    const path = `${graphPath}_data${index === 0 ? '' : `_${index}`}`
    const stat = await folder.stat(path, options)
    if (stat === undefined) break
    found.push({ path, stat })
  }
  return found
}

function sum(sizes: (number | undefined)[]): number | undefined {
  return sizes.reduce(
    (total, size) => (total === undefined || size === undefined ? undefined : total + size),
    0,
  )
}
