/**
 * The worker that computes local models. A page starts it and talks to it through `createWorkerModelCatalog`:
 *
 * ```ts
 * const worker = new Worker(new URL('@lomusai/client-js/inference/worker', import.meta.url), { type: 'module' })
 * const models = createWorkerModelCatalog(worker, { embedded: { url: '/models/lumos-nano/' } })
 * ```
 */
import { threadParent } from '#platform'
import { serveModelCatalog } from './inference/index.ts'
import type { LocalModelsConfig } from './presets/open-model-catalog.ts'
import { openWorkerModels } from './presets/open-worker-models.ts'

const parent = threadParent()
if (parent !== undefined) serveModelCatalog<LocalModelsConfig>(parent, openWorkerModels)

export type { LocalModelsConfig }
