import {
  createClient,
  type Identity,
  type LoadProgress,
  type LumosClient,
  type ModelId,
} from '@lomusai/client-js'
import { type ModelStore, openModelStore } from '@lomusai/client-js/inference'
import { createLocalNode } from '@lomusai/client-js/presets/browser'
import type { Signer } from './me.ts'

/** A whole node inside this page: agent, tools, conversations, and models in a worker. */
export interface LocalPlace {
  /** Asks the node as whoever signs. */
  openClient(signer: Signer): LumosClient
  /**
   * Resolves once a model can answer; the page's default one without `modelId`.
   *
   * @throws {LumosError} `not-found`, `model-unavailable`
   */
  load(
    modelId: ModelId | undefined,
    onProgress: (progress: LoadProgress) => void,
    signal?: AbortSignal,
  ): Promise<void>
  /** What was downloaded, and how to get rid of it. */
  downloads(): Promise<ModelStore>
  /** Ends the node and its worker; what it keeps stays for the next one. */
  stop(): Promise<void>
}

export interface LocalPlaceOptions {
  /** The page's own, whoever uses it. */
  identity: Identity
  /** Learn from what people say of answers. */
  learns: boolean
  /** The embedded model is loaded at once, behind the scenes. */
  warmUp: boolean
}

/** Starts the node. Its worker and database are this page's own. */
export async function openLocalPlace({ identity, learns, warmUp }: LocalPlaceOptions): Promise<LocalPlace> {
  const worker = new Worker(new URL('./inference.worker.ts', import.meta.url), { type: 'module' })
  // The build puts the model and the WASM runtime there; a worker knows no relative addresses.
  const base = new URL(import.meta.env.BASE_URL, location.origin)
  const models = {
    embedded: { url: new URL('models/lumos-nano/', base).href },
    wasmUrl: new URL('ort/', base).href,
  }
  const node = await createLocalNode({
    identity,
    worker,
    models,
    directory: 'lumos-local',
    adaptation: learns,
    warmUp,
  })
  await node.start()
  return {
    openClient: signer => createClient({ host: node.host, ...signer, place: 'local' }),
    async load(modelId, onProgress, signal) {
      await node.models.load(modelId, { onProgress, signal })
    },
    downloads: () => openModelStore(),
    async stop() {
      await node.stop()
      worker.terminate()
    },
  }
}
