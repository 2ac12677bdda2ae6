export interface StopTextResult {
  text: string
  /** A stop string was met; `text` is what came before it, and nothing follows. */
  isStopped: boolean
}

/** Cuts a stream of text at the first stop string, also where it spans pieces. */
export class StopText {
  readonly #stops: readonly string[]
  #held = ''

  /** @param stops - none of them empty */
  constructor(stops: readonly string[]) {
    this.#stops = stops
  }

  /** Gives what can no longer be the start of a stop string, and holds back the rest. */
  push(piece: string): StopTextResult {
    const text = this.#held + piece
    const at = firstIndex(text, this.#stops)
    if (at >= 0) {
      this.#held = ''
      return { text: text.slice(0, at), isStopped: true }
    }
    const kept = longestStart(text, this.#stops)
    this.#held = text.slice(text.length - kept)
    return { text: text.slice(0, text.length - kept), isStopped: false }
  }

  /** What was held back, when nothing follows. */
  flush(): string {
    const text = this.#held
    this.#held = ''
    return text
  }
}

function firstIndex(text: string, stops: readonly string[]): number {
  const found = stops.map(stop => text.indexOf(stop)).filter(index => index >= 0)
  return found.length === 0 ? -1 : Math.min(...found)
}

/** Length of the longest end of `text` that is a proper start of one of `words`. */
export function longestStart(text: string, words: readonly string[]): number {
  let longest = 0
  for (const word of words) {
    for (let length = Math.min(word.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(word.slice(0, length))) longest = length
    }
  }
  return longest
}
