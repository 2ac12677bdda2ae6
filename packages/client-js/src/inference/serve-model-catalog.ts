import type { ThreadPort } from '#platform'
import {
  type LoadProgress,
  LumosError,
  type Model,
  type ModelCatalog,
  type ModelId,
} from '../contracts/index.ts'
import { toLumosError } from '../core/index.ts'
import { Credit } from './credit.ts'
import { listenTo } from './message-channel.ts'
import type { WorkerRequest, WorkerResponse } from './worker-protocol.ts'

interface Call {
  controller: AbortController
  credit: Credit
}

/**
 * The worker's side of {@link createWorkerModelCatalog}: answers `port` with the catalogue that `open` makes of
 * the page's configuration.
 */
export function serveModelCatalog<Config>(port: ThreadPort, open: (config: Config) => ModelCatalog): void {
  const server = new ModelCatalogServer(port, open)
  listenTo(port, {
    onMessage: message => server.handle(message as WorkerRequest<Config>),
    onFailure: () => server.abandon(),
  })
}

class ModelCatalogServer<Config> {
  readonly #port: ThreadPort
  readonly #open: (config: Config) => ModelCatalog
  readonly #calls = new Map<number, Call>()
  readonly #models = new Map<ModelId, Model>()
  #catalog: ModelCatalog | undefined

  constructor(port: ThreadPort, open: (config: Config) => ModelCatalog) {
    this.#port = port
    this.#open = open
  }

  handle(request: WorkerRequest<Config>): void {
    switch (request.type) {
      case 'open':
        this.#catalog ??= this.#open(request.config)
        return
      case 'pull':
        this.#calls.get(request.call)?.credit.grant(request.credit)
        return
      case 'abort':
        this.#calls.get(request.call)?.controller.abort(abortReason())
        return
      default:
        void this.#answer(request)
    }
  }

  /** The page is gone: nothing goes on for nobody. */
  abandon(): void {
    for (const { controller } of this.#calls.values()) controller.abort(abortReason())
    void this.#catalog?.stop()
  }

  async #answer(request: Exclude<WorkerRequest, { type: 'open' | 'pull' | 'abort' }>): Promise<void> {
    const { call } = request
    const state: Call = { controller: new AbortController(), credit: new Credit() }
    this.#calls.set(call, state)
    try {
      const value = await this.#execute(request, state)
      this.#post(value === undefined ? { type: 'done', call } : { type: 'done', call, value })
    } catch (error) {
      this.#post({ type: 'failed', call, error: toLumosError(error, 'inference-failed').toJSON() })
    } finally {
      this.#calls.delete(call)
    }
  }

  async #execute(request: Exclude<WorkerRequest, { type: 'open' | 'pull' | 'abort' }>, state: Call) {
    const catalog = this.#catalog
    if (catalog === undefined) throw new LumosError('internal', 'The model worker was not opened.')
    const { signal } = state.controller
    switch (request.type) {
      case 'list':
        return catalog.list({ signal })
      case 'load':
        return (await this.#load(catalog, request, signal)).info
      case 'generate':
        state.credit.grant(request.credit)
        return this.#generate(await catalog.load(request.modelId, { signal }), request, state)
      case 'stop-model':
        return this.#stopModel(request.modelId)
      case 'stop':
        return catalog.stop()
    }
  }

  async #load(
    catalog: ModelCatalog,
    { call, modelId }: WorkerRequest & { type: 'load' },
    signal: AbortSignal,
  ) {
    const onProgress = (progress: LoadProgress) => this.#post({ type: 'progress', call, progress })
    const model = await catalog.load(modelId, { signal, onProgress })
    this.#models.set(model.info.modelId, model)
    return model
  }

  async #stopModel(modelId: ModelId): Promise<void> {
    const model = this.#models.get(modelId)
    this.#models.delete(modelId)
    await model?.stop()
  }

  async #generate(
    model: Model,
    { call, request }: WorkerRequest & { type: 'generate' },
    state: Call,
  ): Promise<void> {
    const { signal } = state.controller
    const events = model.generate(request, { signal })[Symbol.asyncIterator]()
    try {
      for (;;) {
        // Asked for before the model computes, so that a slow reader stops the computing.
        await state.credit.take(signal)
        const next = await events.next()
        if (next.done) return
        this.#post({ type: 'event', call, event: next.value })
      }
    } finally {
      await events.return?.()
    }
  }

  #post(response: WorkerResponse): void {
    this.#port.postMessage(response)
  }
}

function abortReason(): DOMException {
  return new DOMException('The reader went away.', 'AbortError')
}
