import type { ModelEvent, TokenLogprob } from '../../contracts/index.ts'

export interface CascadeOptions {
  /** Mean probability per token (geometric) below which a better model is asked instead; 0 to 1. @default 0.4 */
  minConfidence?: number
  /** How many tokens are judged, and held back until then. @default 16 */
  window?: number
}

/**
 * Holds back the beginning of an answer until it can be judged: what is shown is never taken back. The judgement is
 * the geometric mean of the tokens' probabilities. A model that tells none passes at once.
 */
export class ConfidenceGate {
  readonly #minConfidence: number
  readonly #window: number
  readonly #held: ModelEvent[] = []
  #sum = 0
  #count = 0
  #isOpen = false

  constructor({ minConfidence = 0.4, window = 16 }: CascadeOptions = {}) {
    this.#minConfidence = minConfidence
    this.#window = window
  }

  /** Of the tokens judged. Undefined: none yet. */
  get confidence(): number | undefined {
    return this.#count === 0 ? undefined : Math.exp(this.#sum / this.#count)
  }

  /** What may be shown now, `held` while undecided, `unsure` when somebody better should answer. */
  push(event: ModelEvent): ModelEvent[] | 'held' | 'unsure' {
    if (this.#isOpen) return [event]
    this.#held.push(event)
    const isText = event.type === 'text-delta'
    const logprobs = isText ? event.logprobs : undefined
    if (isText && logprobs === undefined && this.#count === 0) return this.#open()
    for (const token of logprobs ?? []) this.#judge(token)
    // A call, or the end, is all there will be.
    if (isText && this.#count < this.#window) return 'held'
    const { confidence } = this
    return confidence !== undefined && confidence < this.#minConfidence ? 'unsure' : this.#open()
  }

  #judge({ logprob }: TokenLogprob): void {
    if (this.#count >= this.#window) return
    // A token that had no chance counts as one in a million million.
    this.#sum += Math.max(logprob, -27.6)
    this.#count++
  }

  #open(): ModelEvent[] {
    this.#isOpen = true
    return this.#held.splice(0)
  }
}
