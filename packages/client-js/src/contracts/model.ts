import type { AbortOptions } from './abort-options.ts'
import type { ModelId, ToolCallId } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { ToolDefinition } from './tool.ts'

/** Which code computes: our ONNX engine, somebody's OpenAI-compatible server, or a test's script. */
export type EngineKind = 'onnx' | 'openai-compatible' | 'scripted'

/** Where the arithmetic happens. */
export type Device = 'webgpu' | 'wasm' | 'cpu' | 'remote'

export interface ModelInfo {
  modelId: ModelId
  /** For people. */
  name: string
  engine: EngineKind
  /** Absent until the model is loaded. */
  device?: Device
  /** Longest prompt and answer together, in tokens. Absent when a remote endpoint does not say. */
  contextLength?: number
  /** Download size of the weights. */
  sizeBytes?: number
  /** SPDX id, or the licence's own name. */
  license?: string
  /** The weights are on this machine: answering needs no network. */
  isLocal: boolean
  /** The model was trained to call tools. */
  supportsTools: boolean
  /** What a person should know before trusting it, in a sentence. */
  notice?: string
}

/** A tool call as a model wrote it: the arguments may be malformed JSON. */
export interface RawToolCall {
  toolCallId: ToolCallId
  name: string
  argumentsText: string
}

/** One turn of a prompt, in the roles chat templates and OpenAI-compatible servers use. */
export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls?: RawToolCall[] }
  | { role: 'tool'; content: string; toolCallId: ToolCallId; name: string }

export interface SamplingOptions {
  /** 0 is greedy. @default the model's generation_config */
  temperature?: number
  /** @default 1 */
  topP?: number
  /** 0 keeps all. @default 0 */
  topK?: number
  /** Above 1 discourages repeats. @default 1 */
  repetitionPenalty?: number
  /** Same seed, same prompt, same model, same device: same answer. */
  seed?: number
  /** @default 512 */
  maxOutputTokens?: number
  /** Generation ends before the first of these; it is not part of the answer. At most 16. */
  stop?: string[]
}

export interface GenerateRequest extends SamplingOptions {
  messages: ChatMessage[]
  tools?: ToolDefinition[]
  /** `none` hides the tools, `required` demands a call. @default 'auto' */
  toolChoice?: 'auto' | 'none' | 'required'
  /** The answer is JSON of this schema and nothing else, unless tools are in play. @default free text */
  responseFormat?: ResponseFormat
}

/** @see OpenAI API, `response_format` of type `json_schema` */
export interface ResponseFormat {
  /** JSON Schema 2020-12. */
  schema: JsonObject
  /** For the model to know what it writes. */
  name?: string
}

export interface TokenUsage {
  inputTokens: number
  outputTokens: number
}

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other'

export type ModelEvent =
  | { type: 'text-delta'; text: string }
  | ({ type: 'tool-call' } & RawToolCall)
  | { type: 'finished'; finishReason: FinishReason; usage: TokenUsage }

/** A loaded language model. */
export interface Model {
  readonly info: ModelInfo
  /**
   * Yields the answer as it is computed and ends with exactly one `finished`. Pulling slowly slows generation.
   * Aborting frees the device within one token.
   *
   * @throws {LumosError} `inference-failed` when the prompt exceeds the context or the engine fails,
   *   `dial-failed` when a remote endpoint does not answer
   */
  generate(request: GenerateRequest, options?: AbortOptions): AsyncIterable<ModelEvent>
  /** Frees weights and caches. Idempotent. */
  stop(): Promise<void>
}

export interface LoadProgress {
  modelId: ModelId
  phase: 'download' | 'verify' | 'initialise'
  loadedBytes: number
  /** Absent while unknown. */
  totalBytes?: number
}

export interface LoadOptions extends AbortOptions {
  onProgress?: (progress: LoadProgress) => void
}

/** Somewhere models come from: a folder, the hub, an endpoint. */
export interface ModelSource {
  list(options?: AbortOptions): Promise<ModelInfo[]>
  /** @throws {LumosError} `not-found` when it does not hold the model; `model-unavailable` */
  load(modelId: ModelId, options?: LoadOptions): Promise<Model>
  /** Stops what it loaded. Idempotent. */
  stop(): Promise<void>
}

/** The models a node can use, loaded on first use and shared by all who ask. Serves as a source of another catalogue. */
export interface ModelCatalog extends ModelSource {
  /** The node's default first. */
  list(options?: AbortOptions): Promise<ModelInfo[]>
  /**
   * Resolves to the loaded model; concurrent calls share one load.
   *
   * @param modelId - absent for the node's default
   * @throws {LumosError} `not-found`, `model-unavailable`
   */
  load(modelId?: ModelId, options?: LoadOptions): Promise<Model>
}
