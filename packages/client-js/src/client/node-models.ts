import type { PlaceChoice } from '../connections/index.ts'
import {
  type AbortOptions,
  type GenerateRequest,
  LumosError,
  type Model,
  type ModelEvent,
  type ModelInfo,
  type ModelSource,
} from '../contracts/index.ts'
import type { LumosClient } from './lumos-client.ts'

/**
 * The models of another node, for instance a peer's, as a source for {@link createModelRouter}'s `peers`.
 *
 * @param client - stays the giver's to stop
 * @param options.place - which of the client's places. @default 'peer'
 */
export function nodeModels(client: LumosClient, options: { place?: PlaceChoice } = {}): ModelSource {
  const { place = 'peer' } = options
  const list = async ({ signal }: AbortOptions = {}): Promise<ModelInfo[]> => {
    const { models } = await client.getModels({ signal, place })
    // How it runs there says nothing of here.
    return models.map(({ fit: _, memoryBytes: __, ...info }) => info)
  }
  return {
    list,
    async load(modelId, loadOptions) {
      const info = (await list(loadOptions)).find(model => model.modelId === modelId)
      if (info === undefined) throw new LumosError('not-found', `The node has no model ${modelId}.`)
      return new NodeModel(info, client, place)
    },
    stop: async () => {},
  }
}

class NodeModel implements Model {
  readonly info: ModelInfo
  readonly #client: LumosClient
  readonly #place: PlaceChoice

  constructor(info: ModelInfo, client: LumosClient, place: PlaceChoice) {
    this.info = info
    this.#client = client
    this.#place = place
  }

  generate(request: GenerateRequest, { signal }: AbortOptions = {}): AsyncIterable<ModelEvent> {
    return this.#client.getModel(this.info.modelId).stream(request, { signal, place: this.#place })
  }

  async stop(): Promise<void> {}
}
