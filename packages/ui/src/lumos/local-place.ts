import {
  createClient,
  type Identity,
  type LoadProgress,
  type LumosClient,
  type ModelId,
} from '@lomusai/client-js'
import { calculator, clock, createAssistant, notesTools } from '@lomusai/client-js/agents'
import { createHost, IdbStore, StoreThreads } from '@lomusai/client-js/host'
import { createWorkerModelCatalog, type LocalModelsConfig } from '@lomusai/client-js/inference'

/** A whole node inside this page: agent, tools, conversations, and models in a worker. */
export interface LocalPlace {
  client: LumosClient
  /**
   * Resolves once a model can answer; a page's default one without `modelId`.
   *
   * @throws {LumosError} `not-found`, `model-unavailable`
   */
  load(
    modelId: ModelId | undefined,
    onProgress: (progress: LoadProgress) => void,
    signal?: AbortSignal,
  ): Promise<void>
}

/** Starts the node. Its worker and database are this page's own; no model is loaded yet. */
export async function openLocalPlace(identity: Identity): Promise<LocalPlace> {
  const worker = new Worker(new URL('./inference.worker.ts', import.meta.url), { type: 'module' })
  const models = createWorkerModelCatalog(worker, modelsConfig())
  const store = new IdbStore({ name: 'lumos-local' })
  const tools = [calculator(), clock(), ...notesTools(store)]
  const agents = [createAssistant({ models, tools })]
  const threads = new StoreThreads({ store })
  const host = createHost({ identity, agents, tools, threads, models, store })
  await host.start()
  return {
    client: createClient({ host, identity, place: 'local' }),
    async load(modelId, onProgress, signal) {
      await models.load(modelId, { onProgress, signal })
    },
  }
}

/** Where the build puts the embedded model and the WASM runtime; a worker knows no relative addresses. */
function modelsConfig(): LocalModelsConfig {
  const base = new URL(import.meta.env.BASE_URL, location.origin)
  return {
    embedded: { url: new URL('models/lumos-nano/', base).href },
    wasmUrl: new URL('ort/', base).href,
  }
}
