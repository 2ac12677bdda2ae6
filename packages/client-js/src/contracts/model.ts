import type { AbortOptions } from './abort-options.ts'
import type { Device, EngineKind } from './engine.ts'
import type { ModelId, ToolCallId } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { AnswerRoute } from './routing.ts'
import type { ToolDefinition } from './tool.ts'
import type { UsagePlace } from './usage-policy.ts'

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
  /** How many weights it has. */
  parameters?: number
  /** Download sizes by weight format, as Hugging Face's ONNX exports name them: `q4f16`, `int8` … */
  weightBytes?: Readonly<Record<string, number>>
  /** BCP 47 tags of the languages it was trained for, the best first. */
  languages?: readonly string[]
  /** Memory it takes while it answers, about: weights, state, runtime. */
  memoryBytes?: number
  /** How it runs on the node that lists it. Absent for models that compute elsewhere, or of which nothing is known. */
  fit?: ModelFit
  /** Of a model that chooses where it computes: everywhere it may. */
  places?: readonly UsagePlace[]
  /** It takes up an answer that another began; see {@link GenerateRequest.answerSoFar}. */
  continuesAnswers?: boolean
}

/**
 * `measured`: an answer was timed here. `estimated`: from its size. The others say what is missing: memory, room for
 * the download, WebGPU, WebGPU's 16-bit floats, or addresses (WebAssembly ends at 4 GB).
 */
export type FitReason =
  | 'measured'
  | 'estimated'
  | 'memory'
  | 'storage'
  | 'webgpu'
  | 'float16'
  | 'address-space'

export interface ModelFit {
  verdict: 'runs-well' | 'runs-slowly' | 'does-not-fit'
  reason: FitReason
  /** Measured here, or estimated, as `reason` says. Absent when it does not fit. */
  speed?: ModelSpeed
}

/** In tokens per second. */
export interface ModelSpeed {
  /** Reading the prompt. */
  prefill: number
  /** Writing the answer. */
  decode: number
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
  /** `local`: nothing of it leaves the node that is asked. @default what policies say */
  privacy?: 'local'
  /**
   * How the answer begins: the model goes on from there, and yields only what follows. For models whose info says
   * `continuesAnswers`; not together with `responseFormat`.
   */
  answerSoFar?: string
  /** Tell the log-probability of every token, and of so many of the likeliest in its place: 0 to 20. @default no */
  logprobs?: number
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
  /** Of the input: what earlier questions had left read already. */
  cachedInputTokens?: number
}

/** Natural logarithms, before temperature and the like. */
export interface TokenLogprob {
  token: string
  logprob: number
  /** The likeliest in its place, in this order. */
  top?: { token: string; logprob: number }[]
}

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other'

export type ModelEvent =
  | { type: 'text-delta'; text: string; logprobs?: TokenLogprob[] }
  | ({ type: 'tool-call' } & RawToolCall)
  /** Of a model that chooses: who computes from here on. Comes first, and again when that changes; what was said stays. */
  | { type: 'answer-routed'; route: AnswerRoute }
  | { type: 'finished'; finishReason: FinishReason; usage: TokenUsage; route?: AnswerRoute }

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
