import type { ThreadPort } from '#platform'
import {
  type AbortOptions,
  type GenerateRequest,
  type LoadOptions,
  LumosError,
  type Model,
  type ModelCatalog,
  type ModelEvent,
  type ModelId,
  type ModelInfo,
} from '../contracts/index.ts'
import { WorkerCalls } from './worker-calls.ts'
import { eventWindow } from './worker-protocol.ts'

/**
 * The models of a worker, as if they were here. The worker belongs to the catalogue: stopping it ends the worker.
 *
 * @param worker - a dedicated worker, or a port to one, that runs `@lomusai/client-js/inference/worker`
 * @param config - plain data that the worker makes its catalogue of
 */
export function createWorkerModelCatalog<Config>(worker: ThreadPort, config: Config): ModelCatalog {
  const calls = new WorkerCalls(worker)
  calls.open(config)
  return new WorkerModelCatalog(calls)
}

class WorkerModelCatalog implements ModelCatalog {
  readonly #calls: WorkerCalls
  #stopped: Promise<void> | undefined

  constructor(calls: WorkerCalls) {
    this.#calls = calls
  }

  async list(options?: AbortOptions): Promise<ModelInfo[]> {
    return (await this.#calls.ask({ type: 'list' }, options)) as ModelInfo[]
  }

  async load(modelId?: ModelId, options?: LoadOptions): Promise<Model> {
    const request = modelId === undefined ? { type: 'load' as const } : { type: 'load' as const, modelId }
    const info = (await this.#calls.ask(request, options)) as ModelInfo
    return new WorkerModel(info, this.#calls)
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#end()
    return this.#stopped
  }

  async #end(): Promise<void> {
    // A worker that failed has nothing left to stop.
    await this.#calls.ask({ type: 'stop' }).catch(() => {})
    await this.#calls.close(new LumosError('model-unavailable', 'The model catalogue was stopped.'))
  }
}

class WorkerModel implements Model {
  readonly info: ModelInfo
  readonly #calls: WorkerCalls
  #stopped: Promise<void> | undefined

  constructor(info: ModelInfo, calls: WorkerCalls) {
    this.info = info
    this.#calls = calls
  }

  async *generate(request: GenerateRequest, options?: AbortOptions): AsyncGenerator<ModelEvent, void> {
    const { modelId } = this.info
    const stream = this.#calls.stream({ type: 'generate', modelId, request, credit: eventWindow }, options)
    yield* stream
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#calls.ask({ type: 'stop-model', modelId: this.info.modelId }).then(() => {})
    return this.#stopped
  }
}
