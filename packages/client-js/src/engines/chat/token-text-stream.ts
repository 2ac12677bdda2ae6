import type { ChatTokenizer } from './chat-tokenizer.ts'

/** A character takes at most four bytes, so at most four tokens; more without one means bytes that are none. */
const maxPendingTokens = 4

/**
 * Turns tokens into text piece by piece: whole characters only, and all pieces together equal the text of all
 * tokens. The tokens just before the new ones are decoded along, because decoders treat the first token of a
 * text specially.
 */
export class TokenTextStream {
  readonly #tokenizer: ChatTokenizer
  #ids: number[] = []
  /** Tokens at the start of `#ids` whose text is out; they are context only. */
  #emitted = 0

  constructor(tokenizer: ChatTokenizer) {
    this.#tokenizer = tokenizer
  }

  /** The text that `id` completes; empty while a character is incomplete. */
  push(id: number): string {
    this.#ids.push(id)
    return this.#take(false)
  }

  /** What is left at the end of the answer; broken characters as U+FFFD. */
  flush(): string {
    return this.#take(true)
  }

  #take(all: boolean): string {
    const before = this.#tokenizer.decode(this.#ids.slice(0, this.#emitted))
    const text = this.#tokenizer.decode(this.#ids)
    const pending = this.#ids.length - this.#emitted
    if (!all && text.endsWith('\uFFFD') && pending < maxPendingTokens) return ''
    this.#ids = this.#ids.slice(this.#emitted)
    this.#emitted = this.#ids.length
    return text.slice(before.length)
  }
}
