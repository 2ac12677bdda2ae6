import type { KeyValueState } from './key-value-state.ts'

interface Entry {
  ids: readonly number[]
  state: KeyValueState
}

export interface PrefixCacheOptions {
  /** Conversations remembered. @default 4 */
  maxEntries?: number
  /** All together. @default 256 MiB */
  maxBytes?: number
  cut: (state: KeyValueState, length: number) => KeyValueState
  copy: (state: KeyValueState) => KeyValueState
}

/** Shorter common starts are not worth keeping a copy for. */
const minSharedTokens = 4

/**
 * States of earlier generations, found again by the tokens they read. Only tokens decide: two prompts share a
 * state exactly as far as they are equal.
 */
export class PrefixCache {
  readonly #maxEntries: number
  readonly #maxBytes: number
  readonly #cut: PrefixCacheOptions['cut']
  readonly #copy: PrefixCacheOptions['copy']
  /** Least recently used first. */
  #entries: Entry[] = []
  #isStopped = false

  constructor(options: PrefixCacheOptions) {
    this.#maxEntries = options.maxEntries ?? 4
    this.#maxBytes = options.maxBytes ?? 256 * 2 ** 20
    this.#cut = options.cut
    this.#copy = options.copy
  }

  /** A state that read a start of `ids`, at most all but the last token; the caller owns it. Undefined when none is known. */
  take(ids: readonly number[]): KeyValueState | undefined {
    let best: Entry | undefined
    let bestLength = minSharedTokens - 1
    for (const entry of this.#entries) {
      const length = Math.min(sharedLength(entry.ids, ids), ids.length - 1)
      const { isOnCpu, isWhole } = entry.state
      const isUsable = length === entry.ids.length || (isOnCpu && !isWhole)
      if (isUsable && length > bestLength) {
        best = entry
        bestLength = length
      }
    }
    if (best === undefined) return undefined
    this.#entries = this.#entries.filter(entry => entry !== best)
    const { isOnCpu, isWhole } = best.state
    // A whole state is where others begin too: it cannot be cut again from what grows out of it.
    const isMoved = bestLength === best.ids.length && !(isWhole && isOnCpu)
    if (isMoved) return best.state
    this.#entries.push(best)
    if (bestLength === best.ids.length) return this.#copy(best.state)
    return this.#cut(best.state, bestLength)
  }

  /** Keeps `state`, which read `ids`; the cache owns it from now on. */
  put(ids: readonly number[], state: KeyValueState): void {
    if (this.#isStopped || ids.length === 0) {
      state.dispose()
      return
    }
    const isCovered = (entry: Entry) =>
      sharedLength(entry.ids, ids) === entry.ids.length &&
      (!entry.state.isWhole || entry.ids.length === ids.length)
    this.#remove(this.#entries.filter(isCovered))
    this.#entries.push({ ids, state })
    while (this.#entries.length > this.#maxEntries || this.#sizeBytes() > this.#maxBytes) {
      this.#remove(this.#entries.slice(0, 1))
    }
  }

  /** Frees everything, also what is put later. */
  stop(): void {
    this.#isStopped = true
    this.#remove(this.#entries)
  }

  #remove(entries: Entry[]): void {
    this.#entries = this.#entries.filter(entry => !entries.includes(entry))
    for (const { state } of entries) state.dispose()
  }

  #sizeBytes(): number {
    return this.#entries.reduce((sum, { state }) => sum + state.sizeBytes, 0)
  }
}

function sharedLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length)
  let length = 0
  while (length < limit && a[length] === b[length]) length++
  return length
}
