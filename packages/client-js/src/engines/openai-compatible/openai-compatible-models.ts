import {
  type AbortOptions,
  isLumosError,
  type JsonValue,
  type LoadOptions,
  LumosError,
  type Model,
  type ModelId,
  type ModelInfo,
  type ModelSource,
} from '../../contracts/index.ts'
import { anySignal, decodeJson, isJsonObject } from '../../core/index.ts'
import { Endpoint, type EndpointOptions } from './endpoint.ts'
import { OpenAiCompatibleModel } from './openai-compatible-model.ts'

export interface OpenAiCompatibleOptions extends EndpointOptions {
  /** What `list` offers. @default what the server lists */
  models?: string[]
  /** How long the server may take to list its models, in milliseconds. @default 5000 */
  listTimeoutMs?: number
}

/** The models of an OpenAI-compatible server: OpenAI, Ollama, vLLM, LM Studio and their like. */
export function openAiCompatibleModels(options: OpenAiCompatibleOptions): ModelSource {
  return new OpenAiCompatibleSource(options)
}

class OpenAiCompatibleSource implements ModelSource {
  readonly #endpoint: Endpoint
  readonly #models: string[] | undefined
  readonly #listTimeoutMs: number
  readonly #loaded = new Set<Model>()

  constructor(options: OpenAiCompatibleOptions) {
    this.#endpoint = new Endpoint(options)
    this.#models = options.models
    this.#listTimeoutMs = options.listTimeoutMs ?? 5000
  }

  async list(options?: AbortOptions): Promise<ModelInfo[]> {
    options?.signal?.throwIfAborted()
    const names = this.#models ?? (await this.#ask(options))
    return names.map(name => this.#info(name))
  }

  async load(modelId: ModelId, options?: LoadOptions): Promise<Model> {
    const infos = await this.list(options)
    const info = infos.find(entry => entry.modelId === modelId)
    if (info === undefined) throw new LumosError('not-found', `The endpoint has no model ${modelId}.`)
    const model = new OpenAiCompatibleModel(info, this.#endpoint)
    this.#loaded.add(model)
    return model
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#loaded].map(model => model.stop()))
    this.#loaded.clear()
  }

  async #ask(options?: AbortOptions): Promise<string[]> {
    const timeout = AbortSignal.timeout(this.#listTimeoutMs)
    try {
      const response = await this.#endpoint.get('/models', { signal: anySignal(options?.signal, timeout) })
      return namesIn(
        decodeJson(new Uint8Array(await response.arrayBuffer()), { maxBytes: 2 ** 22, maxDepth: 16 }),
      )
    } catch (cause) {
      options?.signal?.throwIfAborted()
      if (isLumosError(cause)) throw cause
      throw new LumosError('dial-failed', 'The endpoint did not list its models in time.', { cause })
    }
  }

  #info(name: string): ModelInfo {
    return {
      modelId: name as ModelId,
      name,
      engine: 'openai-compatible',
      device: 'remote',
      isLocal: this.#endpoint.isLocal,
      supportsTools: true,
    }
  }
}

function namesIn(value: JsonValue): string[] {
  const entries = isJsonObject(value) && Array.isArray(value.data) ? value.data : []
  return entries.filter(isJsonObject).flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
}
