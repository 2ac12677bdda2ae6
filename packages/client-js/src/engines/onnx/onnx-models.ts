import { availableDevices } from '#onnxruntime'
import {
  type AbortOptions,
  type LoadOptions,
  LumosError,
  type Model,
  type ModelId,
  type ModelInfo,
  type ModelSource,
} from '../../contracts/index.ts'
import type { ModelCard, ModelShelf } from '../model-folders/index.ts'
import { loadOnnxModel, type OnnxEngineOptions } from './load-onnx-model.ts'
import type { DeviceSupport } from './runtime.ts'
import { weightFormats } from './weight-format.ts'

/** The models of a shelf, run by our own engine. */
export function onnxModels(shelf: ModelShelf, engine: OnnxEngineOptions = {}): ModelSource {
  return new OnnxModelSource(shelf, engine)
}

class OnnxModelSource implements ModelSource {
  readonly #shelf: ModelShelf
  readonly #engine: OnnxEngineOptions
  readonly #loaded = new Set<Model>()

  constructor(shelf: ModelShelf, engine: OnnxEngineOptions) {
    this.#shelf = shelf
    this.#engine = engine
  }

  async list(options?: AbortOptions): Promise<ModelInfo[]> {
    const cards = await this.#shelf.list(options)
    // Asking for a GPU takes time: only where there is something to choose.
    const isOpen = cards.some(({ weightBytes = {} }) => Object.keys(weightBytes).length > 1)
    const devices = isOpen ? await availableDevices() : [onlyDevice]
    return cards.map(card => ({ ...card, ...sizeOn(card, devices), engine: 'onnx' as const }))
  }

  async load(modelId: ModelId, options?: LoadOptions): Promise<Model> {
    const folder = await this.#shelf.open(modelId, options)
    if (folder === undefined) throw new LumosError('not-found', `There is no model ${modelId} here.`)
    const model = await loadOnnxModel(folder, this.#engine, options)
    this.#loaded.add(model)
    return model
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#loaded].map(model => model.stop()))
    this.#loaded.clear()
  }
}

const onlyDevice: DeviceSupport = { device: 'wasm', hasFloat16: false }

/** What loading it here would download, where the card tells the sizes of the formats. */
function sizeOn({ weightBytes = {} }: ModelCard, devices: DeviceSupport[]): { sizeBytes?: number } {
  const formats = devices.flatMap(weightFormats)
  const sizeBytes = formats.map(format => weightBytes[format]).find(size => size !== undefined)
  return sizeBytes === undefined ? {} : { sizeBytes }
}
