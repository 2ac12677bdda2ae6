import type { GenerateRequest, ModelEvent, ModelId, ModelInfo } from '@lomusai/client-js'
import { createWorkerModelCatalog, type LocalModelsConfig } from '@lomusai/client-js/inference'

export interface ModelAnswer {
  info: ModelInfo
  events: ModelEvent[]
  /** From the call until the model was ready. */
  loadMs: number
  answerMs: number
}

/** What the spec calls in the page. */
export interface ModelCalls {
  answer(config: LocalModelsConfig, modelId: string, requests: GenerateRequest[]): Promise<ModelAnswer>
  /** Loads and says how many bytes came over the wire, and the first error code, if any. */
  load(config: LocalModelsConfig, modelId: string): Promise<{ loadedBytes: number; code?: string }>
  /** Starts an endless answer, aborts it after the first text; the milliseconds until it ended. */
  abortAfterFirst(config: LocalModelsConfig, modelId: string): Promise<number>
  /** Loads, and answers without stopping; `afterFirst` names a function of the page to call after the first text. */
  keepAnswering(config: LocalModelsConfig, request: GenerateRequest, afterFirst?: string): Promise<string>
}

function openCatalog(config: LocalModelsConfig) {
  return createWorkerModelCatalog(new Worker('/inference-worker.js', { type: 'module' }), config)
}

const calls: ModelCalls = {
  async answer(config, modelId, requests) {
    const models = openCatalog(config)
    const start = performance.now()
    const model = await models.load(modelId as ModelId)
    const loadMs = performance.now() - start
    const events: ModelEvent[] = []
    for (const request of requests) for await (const event of model.generate(request)) events.push(event)
    const answerMs = performance.now() - start - loadMs
    await models.stop()
    return { info: model.info, events, loadMs, answerMs }
  },

  async load(config, modelId) {
    const models = openCatalog(config)
    let loadedBytes = 0
    try {
      await models.load(modelId as ModelId, {
        onProgress: progress => {
          loadedBytes = progress.loadedBytes
        },
      })
      return { loadedBytes }
    } catch (error) {
      return { loadedBytes, code: String((error as { code?: string }).code) }
    } finally {
      await models.stop()
    }
  },

  async abortAfterFirst(config, modelId) {
    const models = openCatalog(config)
    const model = await models.load(modelId as ModelId)
    const controller = new AbortController()
    let start = 0
    try {
      const request = {
        messages: [{ role: 'user' as const, content: 'Hello!' }],
        maxOutputTokens: 1000,
        temperature: 2,
      }
      for await (const _ of model.generate(request, controller)) {
        start = performance.now()
        controller.abort()
      }
    } catch {
      // The abort.
    }
    const endMs = performance.now() - start
    await models.stop()
    return endMs
  },

  async keepAnswering(config, request, afterFirst) {
    const model = await openCatalog(config).load()
    let text = ''
    for await (const event of model.generate(request)) {
      if (event.type !== 'text-delta') continue
      if (text === '' && afterFirst !== undefined)
        await (globalThis as unknown as Record<string, () => Promise<void>>)[afterFirst]?.()
      text += event.text
    }
    return text
  },
}

Object.assign(globalThis, { calls })
