import {
  type AbortOptions,
  type GenerateRequest,
  isLumosError,
  type LoadOptions,
  type LoadProgress,
  LumosError,
  type Model,
  type ModelCatalog,
  type ModelEvent,
  type ModelId,
  type ModelInfo,
  type ModelSource,
} from '../contracts/index.ts'
import { raceSignal } from '../core/index.ts'

export interface ModelCatalogOptions {
  /** Asked in this order; the first that holds a model loads it. */
  sources: ModelSource[]
  /** @default the first model of the first source that has one */
  defaultModelId?: ModelId
}

/** One catalogue over several sources. It owns them: stopping it stops them. */
export function createModelCatalog(options: ModelCatalogOptions): ModelCatalog {
  return new SourceModelCatalog(options)
}

interface SharedLoad {
  model: Promise<Model>
  controller: AbortController
  progressListeners: Set<(progress: LoadProgress) => void>
  lastProgress?: LoadProgress
  waiting: number
}

class SourceModelCatalog implements ModelCatalog {
  readonly #sources: ModelSource[]
  readonly #defaultModelId: ModelId | undefined
  readonly #loads = new Map<ModelId, SharedLoad>()
  #isStopped = false

  constructor({ sources, defaultModelId }: ModelCatalogOptions) {
    this.#sources = sources
    this.#defaultModelId = defaultModelId
  }

  async list(options?: AbortOptions): Promise<ModelInfo[]> {
    this.#check()
    // A source that cannot be asked now hides only its own models.
    const lists = await Promise.all(this.#sources.map(source => source.list(options).catch(() => [])))
    options?.signal?.throwIfAborted()
    const byId = new Map<ModelId, ModelInfo>()
    // Of two sources with the same model the earlier one loads it, so its entry counts.
    for (const info of lists.flat().reverse()) byId.set(info.modelId, info)
    const models = await Promise.all([...byId.values()].reverse().map(info => this.#asLoaded(info)))
    return models.sort((a, b) => this.#rank(a) - this.#rank(b))
  }

  async load(modelId?: ModelId, options: LoadOptions = {}): Promise<Model> {
    this.#check()
    options.signal?.throwIfAborted()
    const id = modelId ?? (await this.#defaultId(options))
    const load = this.#loads.get(id) ?? this.#start(id)
    return join(load, options)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    const reason = new LumosError('model-unavailable', 'The model catalogue was stopped.')
    for (const { controller } of this.#loads.values()) controller.abort(reason)
    this.#loads.clear()
    await Promise.all(this.#sources.map(source => source.stop()))
  }

  async #defaultId(options: AbortOptions): Promise<ModelId> {
    if (this.#defaultModelId !== undefined) return this.#defaultModelId
    // One after the other: the first usually has one, and others may have to look far.
    for (const source of this.#sources) {
      const [first] = await source.list(options).catch(() => [])
      options.signal?.throwIfAborted()
      if (first !== undefined) return first.modelId
    }
    throw new LumosError('not-found', 'This node has no model: name a source that has one.')
  }

  #start(modelId: ModelId): SharedLoad {
    const controller = new AbortController()
    const progressListeners: SharedLoad['progressListeners'] = new Set()
    const load: SharedLoad = { model: undefined as never, controller, progressListeners, waiting: 0 }
    const onProgress = (progress: LoadProgress) => {
      load.lastProgress = progress
      for (const listener of progressListeners) listener(progress)
    }
    load.model = this.#loadFromFirst(modelId, { signal: controller.signal, onProgress }).then(
      model => new SharedModel(model, () => this.#forget(modelId, load)),
    )
    // A failed or abandoned load is not remembered: the next call tries again.
    load.model.catch(() => this.#forget(modelId, load))
    controller.signal.addEventListener('abort', () => this.#forget(modelId, load), { once: true })
    this.#loads.set(modelId, load)
    return load
  }

  #forget(modelId: ModelId, load: SharedLoad): void {
    if (this.#loads.get(modelId) === load) this.#loads.delete(modelId)
  }

  /** The first source that lists the model; else the first that loads it unlisted, as a hub does. */
  async #loadFromFirst(modelId: ModelId, options: LoadOptions): Promise<Model> {
    const others: ModelSource[] = []
    for (const source of this.#sources) {
      const lists = await source.list(options).catch(() => [])
      options.signal?.throwIfAborted()
      if (lists.some(info => info.modelId === modelId)) return source.load(modelId, options)
      others.push(source)
    }
    for (const source of others) {
      try {
        return await source.load(modelId, options)
      } catch (error) {
        if (!isLumosError(error) || error.code !== 'not-found') throw error
      }
    }
    throw new LumosError('not-found', `This node has no model ${modelId}.`)
  }

  async #asLoaded(info: ModelInfo): Promise<ModelInfo> {
    const load = this.#loads.get(info.modelId)
    if (load === undefined) return info
    // Resolves at once with whichever is settled: a list does not wait for a load.
    const model = await Promise.race([load.model.catch(() => undefined), undefined])
    return model?.info ?? info
  }

  #rank(info: ModelInfo): number {
    return info.modelId === this.#defaultModelId ? 0 : 1
  }

  #check(): void {
    if (this.#isStopped) throw new LumosError('model-unavailable', 'The model catalogue was stopped.')
  }
}

/** A model that leaves the catalogue when somebody stops it: the next load starts it anew. */
class SharedModel implements Model {
  readonly info: ModelInfo
  readonly #model: Model
  readonly #forget: () => void

  constructor(model: Model, forget: () => void) {
    this.info = model.info
    this.#model = model
    this.#forget = forget
  }

  generate(request: GenerateRequest, options?: AbortOptions): AsyncIterable<ModelEvent> {
    return this.#model.generate(request, options)
  }

  async stop(): Promise<void> {
    this.#forget()
    await this.#model.stop()
  }
}

/** Waits for a load others may share; it is given up when nobody waits any more. */
async function join(load: SharedLoad, { signal, onProgress }: LoadOptions): Promise<Model> {
  const listener = (progress: LoadProgress) => onProgress?.(progress)
  load.progressListeners.add(listener)
  if (load.lastProgress !== undefined) listener(load.lastProgress)
  load.waiting++
  try {
    return await raceSignal(load.model, signal)
  } finally {
    load.progressListeners.delete(listener)
    load.waiting--
    if (signal?.aborted && load.waiting === 0) load.controller.abort(signal.reason)
  }
}
