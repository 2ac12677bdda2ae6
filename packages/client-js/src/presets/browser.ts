/**
 * A whole node in a page: identity and state in IndexedDB, models in a worker, assistant, tools, host.
 *
 * ```ts
 * import { createClient } from '@lomusai/client-js'
 * import { createLocalNode } from '@lomusai/client-js/presets/browser'
 *
 * const worker = new Worker('/inference-worker.js', { type: 'module' })
 * const node = await createLocalNode({ worker, models: { embedded: { url: '/models/lumos-nano/' } } })
 * await node.start()
 * const client = createClient({ host: node.host })
 * ```
 *
 * @packageDocumentation
 */
export { IdbStore, type IdbStoreOptions } from '../stores/idb-store.ts'
export { createLocalNode, type LocalNodeOptions } from './create-local-node-browser.ts'
export type { LocalNode, LocalNodeBasics, RoutingConfig } from './local-node.ts'
