import {
  type AbortOptions,
  type FinishReason,
  type GenerateRequest,
  isLumosError,
  type JsonValue,
  LumosError,
  type Model,
  type ModelEvent,
  type ModelInfo,
  type TokenUsage,
} from '../../contracts/index.ts'
import { anySignal, decodeJson } from '../../core/index.ts'
import { ToolCallStream } from '../chat/index.ts'
import { type ChatChunk, readChunk } from './chat-chunk.ts'
import { chatRequest } from './chat-request.ts'
import type { Endpoint } from './endpoint.ts'
import { readEvents } from './read-events.ts'
import { ToolCallCollector } from './tool-call-collector.ts'

const jsonLimits = { maxBytes: 2 ** 24, maxDepth: 64 }

/** A model behind an OpenAI-compatible server. */
export class OpenAiCompatibleModel implements Model {
  readonly info: ModelInfo
  readonly #endpoint: Endpoint
  readonly #stopping = new AbortController()

  constructor(info: ModelInfo, endpoint: Endpoint) {
    this.info = info
    this.#endpoint = endpoint
  }

  async *generate(request: GenerateRequest, options?: AbortOptions): AsyncGenerator<ModelEvent, void> {
    const signal = anySignal(options?.signal, this.#stopping.signal)
    signal?.throwIfAborted()
    const response = await this.#endpoint.post('/chat/completions', chatRequest(this.info.modelId, request), {
      signal,
    })
    const toolNames = request.toolChoice === 'none' ? [] : (request.tools ?? []).map(tool => tool.name)
    const completion = new Completion(toolNames)
    try {
      for await (const chunk of this.#chunks(response)) {
        yield* completion.push(chunk)
        signal?.throwIfAborted()
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (isLumosError(error)) throw error
      throw new LumosError('connection-lost', 'The connection broke in the middle of the answer.', {
        cause: error,
      })
    }
    yield* completion.finish()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new LumosError('model-unavailable', `${this.info.name} was stopped.`))
  }

  /** Some servers answer whole although a stream was asked for. */
  async *#chunks(response: Response): AsyncGenerator<ChatChunk, void> {
    if (response.headers.get('content-type')?.startsWith('application/json')) {
      yield this.#read(new Uint8Array(await response.arrayBuffer()))
      return
    }
    if (response.body === null) return
    for await (const data of readEvents(response.body)) {
      if (data.trim() === '[DONE]') return
      yield this.#read(data)
    }
  }

  #read(data: Uint8Array | string): ChatChunk {
    let value: JsonValue
    try {
      value = decodeJson(data, jsonLimits)
    } catch (cause) {
      throw new LumosError('inference-failed', 'The endpoint sent something that is not JSON.', { cause })
    }
    const chunk = readChunk(value)
    if (chunk.errorMessage === undefined) return chunk
    throw new LumosError(
      'inference-failed',
      `The endpoint failed: ${this.#endpoint.withoutKey(chunk.errorMessage)}`,
    )
  }
}

/** One answer as its chunks come in. */
class Completion {
  readonly #calls = new ToolCallCollector()
  /** Servers that do not parse a model's calls stream them as text. */
  readonly #text: ToolCallStream
  #finishReason: FinishReason | undefined
  #usage: TokenUsage = { inputTokens: 0, outputTokens: 0 }

  constructor(toolNames: string[]) {
    this.#text = new ToolCallStream(toolNames)
  }

  push(chunk: ChatChunk): ModelEvent[] {
    for (const piece of chunk.toolCalls) this.#calls.add(piece)
    this.#finishReason = chunk.finishReason ?? this.#finishReason
    this.#usage = chunk.usage ?? this.#usage
    return chunk.text === '' ? [] : this.#text.push(chunk.text)
  }

  /** @throws {LumosError} `connection-lost` when the server never said that it finished */
  finish(): ModelEvent[] {
    if (this.#finishReason === undefined) {
      throw new LumosError('connection-lost', 'The answer broke off before its end.')
    }
    const rest = this.#text.finish(this.#finishReason === 'length')
    const calls = this.#calls.finish().map(call => ({ type: 'tool-call' as const, ...call }))
    const isCalling = calls.length + this.#text.callCount > 0
    const finishReason = isCalling && this.#finishReason === 'stop' ? 'tool-calls' : this.#finishReason
    return [...rest, ...calls, { type: 'finished', finishReason, usage: this.#usage }]
  }
}
