import type { FinishReason, ModelEvent, TokenLogprob } from '../../contracts/index.ts'
import {
  type ChatPrompt,
  type ChatTokenizer,
  StopText,
  TokenTextStream,
  ToolCallStream,
} from '../chat/index.ts'
import type { GeneratedToken } from './generation.ts'

export interface AnswerStreamOptions {
  tokenizer: ChatTokenizer
  stops: readonly string[]
  prompt: ChatPrompt
}

/** From tokens to events: characters made whole, cut at stop strings, calls separated from text. */
export class AnswerStream {
  readonly #text: TokenTextStream
  readonly #stop: StopText
  readonly #calls: ToolCallStream
  readonly #tokenizer: ChatTokenizer
  /** Of tokens whose text is still held back. */
  #logprobs: TokenLogprob[] = []
  #finishReason: FinishReason | undefined

  constructor({ tokenizer, stops, prompt }: AnswerStreamOptions) {
    this.#tokenizer = tokenizer
    this.#text = new TokenTextStream(tokenizer)
    this.#stop = new StopText(stops)
    this.#calls = new ToolCallStream(prompt.toolNames, prompt.startsInCall)
  }

  get isEnded(): boolean {
    return this.#finishReason !== undefined
  }

  /** Once ended. */
  get finishReason(): FinishReason {
    return this.#finishReason ?? 'other'
  }

  push({ id, probability }: GeneratedToken): ModelEvent[] {
    if (probability !== undefined) {
      const token = (of: number) => this.#tokenizer.decode([of])
      const top = probability.top.map(({ id: other, logprob }) => ({ token: token(other), logprob }))
      this.#logprobs.push({ token: token(id), logprob: probability.logprob, ...(top.length > 0 && { top }) })
    }
    const events = this.#pushText(this.#text.push(id))
    if (!this.isEnded && this.#calls.isDone) events.push(...this.#finish('stop'))
    return this.#withLogprobs(events)
  }

  /** The model ended its answer, or ran out of tokens. */
  end(reason: FinishReason): ModelEvent[] {
    const events = this.#pushText(this.#text.flush())
    if (this.isEnded) return this.#withLogprobs(events)
    const rest = [...this.#calls.push(this.#stop.flush()), ...this.#finish(reason)]
    return this.#withLogprobs([...events, ...rest])
  }

  /** Probabilities go with the first text that their tokens are part of. */
  #withLogprobs(events: ModelEvent[]): ModelEvent[] {
    if (this.#logprobs.length === 0) return events
    const index = events.findIndex(({ type }) => type === 'text-delta')
    if (index < 0) return events
    const logprobs = this.#logprobs
    this.#logprobs = []
    return events.map((event, at) =>
      at === index && event.type === 'text-delta' ? { ...event, logprobs } : event,
    )
  }

  #pushText(piece: string): ModelEvent[] {
    if (piece === '') return []
    const { text, isStopped } = this.#stop.push(piece)
    const events = this.#calls.push(text)
    return isStopped ? [...events, ...this.#finish('stop')] : events
  }

  #finish(reason: FinishReason): ModelEvent[] {
    const events = this.#calls.finish(reason === 'length')
    this.#finishReason = this.#calls.callCount > 0 ? 'tool-calls' : reason
    return events
  }
}
