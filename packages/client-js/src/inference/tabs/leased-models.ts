import type {
  AbortOptions,
  GenerateRequest,
  LoadOptions,
  Model,
  ModelCatalog,
  ModelEvent,
  ModelId,
  ModelInfo,
} from '../../contracts/index.ts'
import type { TabId } from './tab-message.ts'

/** Lends one catalogue to several tabs: a model stops when the last tab that loaded it has stopped it or is gone. */
export class LeasedModels {
  readonly #catalog: ModelCatalog
  readonly #holders = new Map<ModelId, { model: Model; tabs: Set<TabId> }>()

  constructor(catalog: ModelCatalog) {
    this.#catalog = catalog
  }

  /** The catalogue as `tab` has it: stopping it gives back what the tab loaded. */
  lendTo(tab: TabId): ModelCatalog {
    return {
      list: options => this.#catalog.list(options),
      load: (modelId, options) => this.#load(tab, modelId, options),
      stop: () => this.#returnAll(tab),
    }
  }

  /** Stops everything. */
  async stop(): Promise<void> {
    this.#holders.clear()
    await this.#catalog.stop()
  }

  async #load(tab: TabId, modelId: ModelId | undefined, options?: LoadOptions): Promise<Model> {
    const model = await this.#catalog.load(modelId, options)
    const id = model.info.modelId
    const held = this.#holders.get(id)
    this.#holders.set(id, { model, tabs: new Set([...(held?.tabs ?? []), tab]) })
    return new LeasedModel(model, () => this.#return(tab, id))
  }

  async #returnAll(tab: TabId): Promise<void> {
    await Promise.all([...this.#holders.keys()].map(id => this.#return(tab, id)))
  }

  async #return(tab: TabId, id: ModelId): Promise<void> {
    const held = this.#holders.get(id)
    if (held === undefined || !held.tabs.delete(tab) || held.tabs.size > 0) return
    this.#holders.delete(id)
    await held.model.stop()
  }
}

class LeasedModel implements Model {
  readonly info: ModelInfo
  readonly #model: Model
  readonly #giveBack: () => Promise<void>

  constructor(model: Model, giveBack: () => Promise<void>) {
    this.info = model.info
    this.#model = model
    this.#giveBack = giveBack
  }

  generate(request: GenerateRequest, options?: AbortOptions): AsyncIterable<ModelEvent> {
    return this.#model.generate(request, options)
  }

  async stop(): Promise<void> {
    await this.#giveBack()
  }
}
