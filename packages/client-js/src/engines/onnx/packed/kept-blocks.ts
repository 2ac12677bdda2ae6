import { sharedLength } from '../key-value-columns.ts'
import { type BlockPool, blockTokens } from './block-pool.ts'

interface KeptText {
  ids: readonly number[]
  blocks: number[]
  lastUsed: number
}

/** What was read before, found again by its tokens and nothing else. What nobody used for longest leaves first. */
export class KeptBlocks {
  readonly #pool: BlockPool
  readonly #maxBytes: number
  #texts: KeptText[] = []
  #clock = 0

  constructor(pool: BlockPool, maxBytes: number) {
    this.#pool = pool
    this.#maxBytes = maxBytes
  }

  /** How many tokens of `ids`, from the first, are known. */
  match(ids: readonly number[]): number {
    return this.#best(ids)?.length ?? 0
  }

  /** The blocks of the first `length` tokens, which {@link match} promised; the caller holds them. */
  take(ids: readonly number[], length: number): number[] {
    const best = this.#best(ids)
    if (best === undefined) return []
    best.text.lastUsed = ++this.#clock
    return this.#pool.hold(best.text.blocks.slice(0, Math.ceil(length / blockTokens)))
  }

  put(ids: readonly number[], blocks: readonly number[]): void {
    if (ids.length === 0) return
    const covering = this.#texts.find(text => sharedLength(text.ids, ids) === ids.length)
    if (covering !== undefined) {
      covering.lastUsed = ++this.#clock
      return
    }
    this.#drop(text => sharedLength(text.ids, ids) === text.ids.length)
    const held = this.#pool.hold(blocks.slice(0, Math.ceil(ids.length / blockTokens)))
    this.#texts.push({ ids: [...ids], blocks: held, lastUsed: ++this.#clock })
    while (this.#sizeBytes() > this.#maxBytes) this.dropOldest()
  }

  /** @returns false when there is nothing to drop */
  dropOldest(): boolean {
    const [first, ...others] = this.#texts
    if (first === undefined) return false
    const oldest = others.reduce((a, b) => (b.lastUsed < a.lastUsed ? b : a), first)
    this.#drop(text => text === oldest)
    return true
  }

  #drop(isDropped: (text: KeptText) => boolean): void {
    for (const text of this.#texts) if (isDropped(text)) this.#pool.release(text.blocks)
    this.#texts = this.#texts.filter(text => !isDropped(text))
  }

  #best(ids: readonly number[]): { text: KeptText; length: number } | undefined {
    let best: { text: KeptText; length: number } | undefined
    for (const text of this.#texts) {
      const length = sharedLength(text.ids, ids)
      if (length > (best?.length ?? 0)) best = { text, length }
    }
    return best
  }

  #sizeBytes(): number {
    return new Set(this.#texts.flatMap(({ blocks }) => blocks)).size * this.#pool.blockBytes
  }
}
