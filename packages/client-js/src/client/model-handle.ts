import type { CallOptions, Connections } from '../connections/index.ts'
import type { GenerateRequest, ModelEvent, ModelId } from '../contracts/index.ts'
import { placeFor } from './place-for.ts'

/** A model asked without an agent: no instructions, no memory, and its tool calls are the caller's to run. */
export class ModelHandle {
  readonly modelId: ModelId
  readonly #connections: Connections

  constructor(connections: Connections, modelId: ModelId) {
    this.modelId = modelId
    this.#connections = connections
  }

  /**
   * The answer as it is computed; it ends with exactly one `finished`. Aborting, or leaving the loop, ends the
   * computation: unlike a run, nobody can come back to it.
   *
   * @throws {LumosError} `not-found`, `model-unavailable`, `inference-failed`; `connection-lost`
   */
  stream(request: GenerateRequest, options: CallOptions = {}): AsyncIterable<ModelEvent> {
    const place = placeFor(request.privacy, options.place)
    return this.#connections.generate({ ...request, modelId: this.modelId }, { ...options, place })
  }
}
