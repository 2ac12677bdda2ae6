import { startThread } from '#platform'
import type { ModelCatalog } from '../contracts/index.ts'
import { createWorkerModelCatalog } from '../inference/index.ts'
import { type LocalModelsConfig, openModelCatalog } from './open-model-catalog.ts'

/**
 * The models of this machine, computed in a thread of their own: a token of WASM blocks its thread, and a server
 * must answer meanwhile. Where the thread's file is not beside this one, as in a bundled application, the models
 * run in this thread.
 */
export function openThreadModelCatalog(config: LocalModelsConfig = {}): ModelCatalog {
  const thread = startThread(workerUrl())
  return thread === undefined ? openModelCatalog(config) : createWorkerModelCatalog(thread, config)
}

/** `inference-worker` lies one folder up in the sources, and beside or above the built file. */
function workerUrl(): URL {
  const own = new URL(import.meta.url)
  if (own.pathname.endsWith('.ts')) return new URL('../inference-worker.ts', own)
  return new URL(own.pathname.includes('/presets/') ? '../inference-worker.js' : './inference-worker.js', own)
}
