import type { ModelCatalog, Store } from '../contracts/index.ts'
import { createIdentity, openIdentity } from '../identity/index.ts'
import { MemoryStore } from '../stores/memory-store.ts'
import { assembleLocalNode } from './assemble-local-node.ts'
import type { LocalNode, LocalNodeBasics } from './local-node.ts'
import { type NodeModelsConfig, openNodeModels } from './open-node-models.ts'

export interface LocalNodeOptions extends LocalNodeBasics {
  /** Folder that keeps the node's key. @default none: the node is another one at each start */
  directory?: string | undefined
  /** Keeps runs, conversations and notes; the giver stops it. @default memory */
  store?: Store | undefined
  /** Which models, or a catalogue, which the giver stops. @default the embedded one, LUMOS_MODEL_DIR and the hub */
  models?: ModelCatalog | NodeModelsConfig | undefined
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
  const { directory, store, models } = options
  const identity =
    options.identity ?? (directory === undefined ? await createIdentity() : await openIdentity({ directory }))
  return assembleLocalNode({
    ...options,
    identity,
    store: store ?? new MemoryStore(),
    ownsStore: store === undefined,
    models: isCatalog(models) ? models : openNodeModels(models),
    ownsModels: !isCatalog(models),
  })
}

function isCatalog(models: LocalNodeOptions['models']): models is ModelCatalog {
  return models !== undefined && 'load' in models
}
