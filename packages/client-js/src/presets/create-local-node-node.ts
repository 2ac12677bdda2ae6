import type { EmbeddingCatalog, ModelCatalog, Store } from '../contracts/index.ts'
import { createIdentity, openIdentity } from '../identity/index.ts'
import { MemoryStore } from '../stores/memory-store.ts'
import { assembleLocalNode } from './assemble-local-node.ts'
import type { LocalNode, LocalNodeBasics } from './local-node.ts'
import { openEmbeddings } from './open-embeddings.ts'
import type { LocalModelsConfig } from './open-model-catalog.ts'
import { type NodeModelsConfig, openNodeModels } from './open-node-models.ts'

export interface LocalNodeOptions extends LocalNodeBasics {
  /** Folder that keeps the node's key. @default none: the node is another one at each start */
  directory?: string | undefined
  /** Keeps runs, conversations and notes; the giver stops it. @default memory */
  store?: Store | undefined
  /** Which models, or a catalogue, which the giver stops. @default the embedded one, LUMOS_MODEL_DIR and the hub */
  models?: ModelCatalog | NodeModelsConfig | undefined
  /** Which embedding models, or a catalogue, which the giver stops. @default the embedded one, LUMOS_MODEL_DIR and the hub */
  embeddings?: EmbeddingCatalog | LocalModelsConfig | undefined
}

/**
 * A node with an assistant, its tools and models on this machine. It answers once `start()` resolved.
 *
 * ```ts
 * const node = await createLocalNode()
 * await node.start()
 * const client = createClient({ host: node.host })
 * ```
 *
 * @throws {LumosError} `identity-unavailable` when the kept key cannot be read
 */
export async function createLocalNode(options: LocalNodeOptions = {}): Promise<LocalNode> {
  const { directory, store, models, embeddings } = options
  const identity =
    options.identity ?? (directory === undefined ? await createIdentity() : await openIdentity({ directory }))
  return assembleLocalNode({
    ...options,
    identity,
    store: store ?? new MemoryStore(),
    ownsStore: store === undefined,
    models: isCatalog<ModelCatalog>(models) ? models : openNodeModels(models),
    ownsModels: !isCatalog(models),
    embeddings: isCatalog<EmbeddingCatalog>(embeddings) ? embeddings : openEmbeddings(embeddings),
    ownsEmbeddings: !isCatalog(embeddings),
  })
}

function isCatalog<Catalog extends ModelCatalog | EmbeddingCatalog>(
  given: Catalog | object | undefined,
): given is Catalog {
  return given !== undefined && 'load' in given
}
