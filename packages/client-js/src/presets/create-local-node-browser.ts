import type { ThreadPort } from '#platform'
import { type EmbeddingCatalog, LumosError, type ModelCatalog, type Store } from '../contracts/index.ts'
import { openIdentity } from '../identity/index.ts'
import { createWorkerModelCatalog } from '../inference/index.ts'
import { IdbStore } from '../stores/idb-store.ts'
import { assembleLocalNode } from './assemble-local-node.ts'
import type { LocalNode, LocalNodeBasics } from './local-node.ts'
import { openEmbeddings } from './open-embeddings.ts'
import type { LocalModelsConfig } from './open-model-catalog.ts'

export interface LocalNodeOptions extends LocalNodeBasics {
  /**
   * Runs `@lomusai/client-js/inference/worker`: a Worker, which is then the node's, or the URL of its script.
   * Model work in the page itself would stop it from drawing.
   */
  worker?: Worker | ThreadPort | URL | string | undefined
  /** Which models the worker has, or a catalogue instead of a worker, which the giver stops. */
  models?: ModelCatalog | LocalModelsConfig | undefined
  /**
   * Which embedding models, or a catalogue, which the giver stops. They compute in the page: the embedded one takes
   * microseconds. @default those of the hub
   */
  embeddings?: EmbeddingCatalog | LocalModelsConfig | undefined
  /** Name of the databases that keep the node's key and its state. @default 'lumos' */
  directory?: string | undefined
  /** Keeps runs, conversations and notes; the giver stops it. @default IndexedDB */
  store?: Store | undefined
}

/**
 * A node with an assistant, its tools and models, all of it in this page. It answers once `start()` resolved.
 *
 * ```ts
 * const node = await createLocalNode({ worker, models: { embedded: { url: '/models/lumos-nano/' } } })
 * await node.start()
 * const client = createClient({ host: node.host })
 * ```
 *
 * @throws {LumosError} `invalid-request` without a worker and a catalogue; `identity-unavailable`
 */
export async function createLocalNode(options: LocalNodeOptions): Promise<LocalNode> {
  const { directory = 'lumos', store, models, embeddings } = options
  return assembleLocalNode({
    ...options,
    directory,
    identity: options.identity ?? (await openIdentity({ directory })),
    store: store ?? new IdbStore({ name: `${directory}-state` }),
    ownsStore: store === undefined,
    models: isCatalog<ModelCatalog>(models) ? models : openWorkerModels(options.worker, models),
    ownsModels: !isCatalog(models),
    embeddings: isCatalog<EmbeddingCatalog>(embeddings) ? embeddings : openEmbeddings(embeddings),
    ownsEmbeddings: !isCatalog(embeddings),
  })
}

function openWorkerModels(worker: LocalNodeOptions['worker'], config: LocalModelsConfig = {}): ModelCatalog {
  if (worker === undefined) {
    throw new LumosError(
      'invalid-request',
      'Give `worker`, where models compute, or a catalogue as `models`.',
    )
  }
  const isUrl = typeof worker === 'string' || worker instanceof URL
  const port = isUrl ? new Worker(worker, { type: 'module' }) : worker
  return createWorkerModelCatalog(port, config)
}

function isCatalog<Catalog extends ModelCatalog | EmbeddingCatalog>(
  given: Catalog | object | undefined,
): given is Catalog {
  return given !== undefined && 'load' in given
}
