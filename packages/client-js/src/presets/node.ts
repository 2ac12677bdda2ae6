/**
 * A whole node in a Node process: identity, models in a thread of their own, assistant, tools, host.
 *
 * ```ts
 * import { createClient } from '@lomusai/client-js'
 * import { createLocalNode } from '@lomusai/client-js/presets/node'
 *
 * const node = await createLocalNode()
 * await node.start()
 * const client = createClient({ host: node.host })
 * console.log((await client.getAgent('assistant').generate('What is 23 × 19?')).text)
 * await client.stop()
 * await node.stop()
 * ```
 *
 * @packageDocumentation
 */
export { createLocalNode, type LocalNodeOptions } from './create-local-node-node.ts'
export type { LocalNode, LocalNodeBasics, RoutingConfig } from './local-node.ts'
export type { NodeModelsConfig } from './open-node-models.ts'
