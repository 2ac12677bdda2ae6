import { sharedOrigin } from '#platform'
import type { ModelCatalog } from '../contracts/index.ts'
import { canonicalJson } from '../core/index.ts'
import { createTabModelCatalog } from '../inference/index.ts'
import { type LocalModelsConfig, openModelCatalog } from './open-model-catalog.ts'

/** The models of a worker: shared with the other tabs of its origin where there are some and nobody minds. */
export function openWorkerModels(config: LocalModelsConfig): ModelCatalog {
  const origin = config.shareBetweenTabs === false ? undefined : sharedOrigin()
  if (origin === undefined) return openModelCatalog(config)
  // Other settings are another engine; only scripts of this origin can read the name.
  const name = `lumos-models ${canonicalJson(config)}`
  return createTabModelCatalog({ origin, name, open: () => openModelCatalog(config) })
}
