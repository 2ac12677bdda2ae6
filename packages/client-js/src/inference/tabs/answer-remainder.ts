import type { ModelEvent } from '../../contracts/index.ts'

/**
 * What a reader has of an answer. When the answer begins anew elsewhere, from the same seed, only the rest of it is
 * passed on.
 */
export class AnswerRemainder {
  #givenText = 0
  #givenCalls = 0
  #text = 0
  #calls = 0

  /** The answer begins again. */
  restart(): void {
    this.#text = 0
    this.#calls = 0
  }

  /** Undefined for what the reader has. */
  rest(event: ModelEvent): ModelEvent | undefined {
    if (event.type === 'text-delta') return this.#restOfText(event)
    if (event.type !== 'tool-call') return event
    this.#calls++
    if (this.#calls <= this.#givenCalls) return undefined
    this.#givenCalls = this.#calls
    return event
  }

  #restOfText(event: ModelEvent & { type: 'text-delta' }): ModelEvent | undefined {
    const start = this.#text
    this.#text += event.text.length
    if (this.#text <= this.#givenText) return undefined
    const text = event.text.slice(Math.max(0, this.#givenText - start))
    this.#givenText = this.#text
    return { ...event, text }
  }
}
