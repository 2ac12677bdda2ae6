import {
  type AbortOptions,
  type FinishReason,
  type GenerateRequest,
  type JsonObject,
  LumosError,
  type Model,
  type ModelEvent,
  type ModelId,
  type ModelInfo,
  type ToolCallId,
} from '../contracts/index.ts'

/** One answer of a {@link ScriptedModel}. A text alone stands for `{ text }`. */
export type ScriptedTurn =
  | string
  | {
      /** Comes in chunks of a word each. */
      text?: string
      /** `arguments` as text is taken as it is, malformed or not. */
      toolCalls?: { name: string; arguments: JsonObject | string }[]
      finishReason?: FinishReason
      /** Thrown after the text. */
      error?: Error
      /** Awaited before each chunk of text and at the end: tests hold the model here. */
      gate?: (chunk: number) => Promise<void> | void
    }

export interface ScriptedModelOptions {
  info?: Partial<ModelInfo>
  /** Answers in order, or a function of what is asked. Past the last answer the model fails. */
  script: ScriptedTurn[] | ((request: GenerateRequest, index: number) => ScriptedTurn)
}

/** A model that says what a test tells it. Counts a word as a token. */
export class ScriptedModel implements Model {
  readonly info: ModelInfo
  /** Everything asked so far. */
  readonly requests: GenerateRequest[] = []
  /** Answers under way. */
  activeCount = 0
  readonly #script: ScriptedModelOptions['script']

  constructor(options: ScriptedModelOptions) {
    this.info = {
      modelId: 'scripted' as ModelId,
      name: 'Scripted model',
      engine: 'scripted',
      device: 'cpu',
      contextLength: 4096,
      isLocal: true,
      supportsTools: true,
      ...options.info,
    }
    this.#script = options.script
  }

  async *generate(request: GenerateRequest, options?: AbortOptions): AsyncIterable<ModelEvent> {
    const { signal } = options ?? {}
    signal?.throwIfAborted()
    const index = this.requests.length
    this.requests.push(structuredClone(request))
    this.activeCount++
    try {
      yield* this.#answer(this.#turn(request, index), request, signal)
    } finally {
      this.activeCount--
    }
  }

  async stop(): Promise<void> {}

  #turn(request: GenerateRequest, index: number): Exclude<ScriptedTurn, string> {
    const turn = typeof this.#script === 'function' ? this.#script(request, index) : this.#script[index]
    if (turn === undefined) throw new LumosError('inference-failed', 'The script has no further answer.')
    return typeof turn === 'string' ? { text: turn } : turn
  }

  async *#answer(
    turn: Exclude<ScriptedTurn, string>,
    request: GenerateRequest,
    signal: AbortSignal | undefined,
  ): AsyncIterable<ModelEvent> {
    const { text, isStopped } = beforeStop(turn.text ?? '', request.stop ?? [])
    const all = text.match(/\s*\S+\s*$|\s*\S+/g) ?? []
    const chunks = all.slice(0, request.maxOutputTokens ?? 512)
    for (const [index, chunk] of chunks.entries()) {
      await turn.gate?.(index)
      signal?.throwIfAborted()
      yield { type: 'text-delta', text: chunk }
    }
    await turn.gate?.(chunks.length)
    signal?.throwIfAborted()
    if (turn.error !== undefined) throw turn.error
    const isCut = chunks.length < all.length
    const calls = isCut || isStopped || request.toolChoice === 'none' ? [] : (turn.toolCalls ?? [])
    for (const [index, call] of calls.entries()) {
      const { name, arguments: args } = call
      const argumentsText = typeof args === 'string' ? args : JSON.stringify(args)
      yield { type: 'tool-call', toolCallId: `call-${index}` as ToolCallId, name, argumentsText }
    }
    const finishReason = isCut ? 'length' : calls.length > 0 ? 'tool-calls' : (turn.finishReason ?? 'stop')
    const inputTokens = countWords(request)
    yield {
      type: 'finished',
      finishReason,
      usage: { inputTokens, outputTokens: chunks.length + calls.length },
    }
  }
}

function beforeStop(text: string, stop: string[]): { text: string; isStopped: boolean } {
  const positions = stop.map(marker => text.indexOf(marker)).filter(position => position >= 0)
  if (positions.length === 0) return { text, isStopped: false }
  return { text: text.slice(0, Math.min(...positions)), isStopped: true }
}

function countWords(request: GenerateRequest): number {
  const words = request.messages.map(({ content }) => content.split(/\s+/).filter(Boolean).length)
  return words.reduce((sum, count) => sum + count, 0)
}
