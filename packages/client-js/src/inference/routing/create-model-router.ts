import {
  type AbortOptions,
  autoModelId,
  type LoadOptions,
  type Model,
  type ModelCatalog,
  type ModelId,
  type ModelInfo,
} from '../../contracts/index.ts'
import { createSystemClock } from '../../core/index.ts'
import { AutoModel, type AutoModelOptions, autoInfo } from './auto-model.ts'
import { HandOver } from './hand-over.ts'
import { PlaceBook } from './place-book.ts'
import type { RouterOptions } from './router-options.ts'
import { weightedPolicy } from './weighted-policy.ts'

/** A catalogue that also chooses: `load('auto')` gives a model that decides for each answer who computes it. */
export interface ModelRouter extends ModelCatalog {
  /** Resolves when no better model is being loaded behind the scenes. */
  idle(): Promise<void>
}

/**
 * A catalogue over the node's own models and its peers'. Its list says how each model runs here; `'auto'` chooses, of
 * those that may and can, the one that the policy ranks highest.
 *
 * It owns what it is given: stopping it stops the models and the peers' sources.
 *
 * @see docs/architecture/routing.md
 */
export function createModelRouter(options: RouterOptions): ModelRouter {
  return new CatalogRouter(options)
}

class CatalogRouter implements ModelRouter {
  readonly #options: RouterOptions
  readonly #book: PlaceBook
  readonly #handOver: HandOver
  readonly #auto: AutoModelOptions

  constructor(options: RouterOptions) {
    const { clock = createSystemClock(), policy = weightedPolicy(), cascade = {} } = options
    this.#options = options
    this.#book = new PlaceBook({ ...options, clock })
    this.#handOver = new HandOver(this.#book)
    this.#auto = { book: this.#book, policy, cascade, handOver: this.#handOver, clock }
  }

  list(options?: AbortOptions): Promise<ModelInfo[]> {
    return this.#book.list(options)
  }

  async load(modelId?: ModelId, options?: LoadOptions): Promise<Model> {
    if (modelId !== autoModelId) return this.#book.loadOwn(modelId, options)
    return new AutoModel(autoInfo(await this.#book.candidates(options)), this.#auto)
  }

  idle(): Promise<void> {
    return this.#handOver.idle()
  }

  async stop(): Promise<void> {
    const { models, peers = [] } = this.#options
    await this.#handOver.stop()
    await Promise.all([models, ...peers].map(source => source.stop()))
  }
}
