import type { AbortOptions, ModelId, ModelStore, StoredModel } from '../../contracts/index.ts'
import { curatedModels } from './curated-models.ts'
import type { ModelCard, ModelFolder, ModelShelf } from './model-folder.ts'

export interface StoreShelfOptions {
  /** Models somebody put into the cache's folder by hand: they count as here. */
  placedByHand?: ModelShelf | undefined
  /** What `list` offers beside what is stored. Any other model of the hub loads by its id too. @default {@link curatedModels} */
  models?: readonly ModelCard[] | undefined
}

/** Models of a store, fetched on first use. What is here already is used without asking anybody. */
export function storeShelf(store: ModelStore, options: StoreShelfOptions = {}): ModelShelf {
  return new StoreShelf(store, options)
}

class StoreShelf implements ModelShelf {
  readonly #store: ModelStore
  readonly #placedByHand: ModelShelf | undefined
  readonly #models: readonly ModelCard[]

  constructor(store: ModelStore, { placedByHand, models = curatedModels }: StoreShelfOptions) {
    this.#store = store
    this.#placedByHand = placedByHand
    this.#models = models
  }

  async list(options?: AbortOptions): Promise<ModelCard[]> {
    const placed = (await this.#placedByHand?.list(options)) ?? []
    const stored = (await this.#store.list(options)).filter(isUsable)
    const cards = new Map(this.#models.map(card => [card.modelId, card]))
    for (const { modelId, license } of stored) cards.set(modelId, this.#localCard(modelId, license))
    for (const { modelId } of placed) cards.set(modelId, this.#localCard(modelId))
    return [...cards.values()]
  }

  async open(modelId: ModelId, options?: AbortOptions): Promise<ModelFolder | undefined> {
    const placed = await this.#placedByHand?.open(modelId, options)
    if (placed !== undefined) return withCard(placed, this.#localCard(modelId))
    const files = await this.#store.open(modelId, options)
    if (files === undefined) return undefined
    const { license } = files
    return withCard(files, { ...this.#card(modelId), ...(license !== undefined && { license }) })
  }

  #card(modelId: ModelId): ModelCard {
    const known = this.#models.find(card => card.modelId === modelId)
    return known ?? { modelId, name: modelId, isLocal: false, supportsTools: false }
  }

  #localCard(modelId: ModelId, license?: string): ModelCard {
    return { ...this.#card(modelId), isLocal: true, ...(license !== undefined && { license }) }
  }
}

/** Weights and tokenizer are here: answering needs no network. */
function isUsable({ files }: StoredModel): boolean {
  const paths = files.map(({ path }) => path)
  return paths.includes('tokenizer.json') && paths.some(path => path.endsWith('.onnx'))
}

function withCard(files: Pick<ModelFolder, 'stat' | 'read'>, card: ModelCard): ModelFolder {
  return { card, stat: files.stat.bind(files), read: files.read.bind(files) }
}
