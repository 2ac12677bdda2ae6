/** Longest run of tokens looked up. */
const maxPattern = 3
const maxDraft = 7

/**
 * What came after the last tokens when they were last seen: agents quote their prompts, tools' results and themselves.
 *
 * @returns up to `count` tokens, none when the last two tokens are new
 */
export function draftTokens(ids: readonly number[], count: number): number[] {
  for (let length = maxPattern; length >= 2; length--) {
    const end = ids.length - length
    for (let start = end - 1; start >= 0; start--) {
      let at = 0
      while (at < length && ids[start + at] === ids[end + at]) at++
      if (at === length) return ids.slice(start + length, start + length + count)
    }
  }
  return []
}

/** How fresh a measurement is weighed against earlier ones. */
const learningRate = 0.2

/**
 * Learns whether checking several tokens at once is worth it: what a step of some width costs beside one of a single
 * token, and how many guesses come true in each answer.
 */
export class Speculation {
  /** Milliseconds by rows, then by width; smoothed. */
  readonly #costs = new Map<number, Map<number, number>>()
  /** Guesses that came true per checked step. */
  readonly #accepted = new WeakMap<object, number>()
  readonly #pauses = new WeakMap<object, number>()

  observeStep(rows: number, width: number, milliseconds: number): void {
    const byWidth = this.#costs.get(rows) ?? new Map<number, number>()
    this.#costs.set(rows, byWidth)
    byWidth.set(width, smooth(byWidth.get(width), milliseconds))
  }

  observeDraft(answer: object, length: number, accepted: number): void {
    const rate = smooth(this.#accepted.get(answer), accepted / length)
    this.#accepted.set(answer, rate)
    if (accepted === 0) this.#pauses.set(answer, 8)
  }

  /** How many tokens to guess; 0 where guessing does not pay. With several rows all would wait for the widest. */
  draftLength(answer: object, rows: number): number {
    if (rows > 1) return 0
    const pause = this.#pauses.get(answer) ?? 0
    if (pause > 0) {
      this.#pauses.set(answer, pause - 1)
      return 0
    }
    const single = this.#costs.get(rows)?.get(1)
    if (single === undefined) return 0
    const rate = this.#accepted.get(answer) ?? 0.5
    const wide = this.#costs.get(rows)?.get(maxDraft + 1)
    const isWorthIt = wide === undefined || (1 + rate * maxDraft) * single > wide
    return isWorthIt ? maxDraft : 0
  }
}

function smooth(known: number | undefined, seen: number): number {
  return known === undefined ? seen : known + learningRate * (seen - known)
}
