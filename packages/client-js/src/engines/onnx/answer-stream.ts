import type { FinishReason, ModelEvent } from '../../contracts/index.ts'
import {
  type ChatPrompt,
  type ChatTokenizer,
  StopText,
  TokenTextStream,
  ToolCallStream,
} from '../chat/index.ts'

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
  #finishReason: FinishReason | undefined

  constructor({ tokenizer, stops, prompt }: AnswerStreamOptions) {
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

  push(id: number): ModelEvent[] {
    const events = this.#pushText(this.#text.push(id))
    if (!this.isEnded && this.#calls.isDone) events.push(...this.#finish('stop'))
    return events
  }

  /** The model ended its answer, or ran out of tokens. */
  end(reason: FinishReason): ModelEvent[] {
    const events = this.#pushText(this.#text.flush())
    if (this.isEnded) return events
    return [...events, ...this.#calls.push(this.#stop.flush()), ...this.#finish(reason)]
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
