import {
  type AbortOptions,
  type GenerateRequest,
  type JsonObject,
  LumosError,
  type Model,
  type ModelEvent,
  type ModelInfo,
} from '../../contracts/index.ts'
import { anySignal } from '../../core/index.ts'
import { type ChatFormat, type ChatPrompt, createPrompt } from '../chat/index.ts'
import { AnswerGrammars } from '../constrained/index.ts'
import { AnswerStream } from './answer-stream.ts'
import type { EndReason, GeneratedToken } from './generation.ts'
import { readSampling } from './read-sampling.ts'
import type { SequenceDecoder } from './sequence-decoder.ts'
import { TokenGenerator } from './token-generator.ts'

export interface OnnxModelOptions {
  info: ModelInfo
  decoder: SequenceDecoder
  chat: ChatFormat
  /** Prompt tokens read at once. */
  chunkSize: number
  /** Tokens that end an answer. */
  endIds: ReadonlySet<number>
  /** `generation_config.json` */
  generationConfig: JsonObject
}

/** A chat model on onnxruntime-web: template, tokens, decoding, and the answer's text and tool calls. */
export class OnnxModel implements Model {
  readonly info: ModelInfo
  readonly #options: OnnxModelOptions
  readonly #generator: TokenGenerator
  readonly #grammars: AnswerGrammars
  readonly #stopping = new AbortController()
  #stopped: Promise<void> | undefined

  constructor(options: OnnxModelOptions) {
    this.info = options.info
    this.#options = options
    this.#grammars = new AnswerGrammars({ tokenizer: options.chat.tokenizer, endIds: options.endIds })
    this.#generator = new TokenGenerator({ decoder: options.decoder, chunkSize: options.chunkSize })
  }

  async *generate(request: GenerateRequest, options?: AbortOptions): AsyncGenerator<ModelEvent, void> {
    const signal = anySignal(options?.signal, this.#stopping.signal)
    signal?.throwIfAborted()
    const { decoder, chat, endIds, generationConfig } = this.#options
    const sampling = readSampling(request, generationConfig)
    const prompt = createPrompt(chat, request)
    checkLength(prompt, decoder.contextLength)
    const answer = new AnswerStream({ tokenizer: chat.tokenizer, stops: request.stop ?? [], prompt })
    let outputTokens = 0
    let cachedInputTokens = 0
    const constraint = await this.#grammars.constraintFor(request)
    const tokens = this.#generator.generate({
      promptIds: prompt.ids,
      endIds,
      maxTokens: sampling.maxTokens,
      sampling: sampling.sampler,
      constraint,
      logprobs: request.logprobs,
      onStart: cached => {
        cachedInputTokens = cached
      },
      signal,
    })
    try {
      outputTokens = yield* readTokens(tokens, answer)
    } finally {
      constraint?.dispose()
    }
    yield {
      type: 'finished',
      finishReason: answer.finishReason,
      usage: { inputTokens: prompt.ids.length, outputTokens, cachedInputTokens },
    }
  }

  /** Generations under way end with `model-unavailable`. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#release()
    return this.#stopped
  }

  async #release(): Promise<void> {
    this.#stopping.abort(new LumosError('model-unavailable', `${this.info.name} was stopped.`))
    await this.#generator.stop()
    await this.#options.decoder.release()
  }
}

/** Hands tokens to `answer` until either ends; gives the number of tokens. */
async function* readTokens(
  tokens: AsyncGenerator<GeneratedToken, EndReason>,
  answer: AnswerStream,
): AsyncGenerator<ModelEvent, number> {
  let count = 0
  try {
    while (!answer.isEnded) {
      const next = await tokens.next()
      if (next.done) {
        yield* answer.end(next.value)
        break
      }
      count++
      yield* answer.push(next.value)
    }
  } finally {
    await tokens.return('stop')
  }
  return count
}

function checkLength(prompt: ChatPrompt, contextLength: number): void {
  const promptTokens = prompt.ids.length
  if (promptTokens === 0) throw new LumosError('inference-failed', 'The prompt is empty.')
  if (promptTokens < contextLength) return
  const message = `The conversation has ${promptTokens} tokens, the model reads ${contextLength - 1}: shorten it.`
  throw new LumosError('inference-failed', message, {
    details: { reason: 'context-overflow', promptTokens, contextLength },
  })
}
