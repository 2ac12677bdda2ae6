import type { AbortOptions, ContentId, ContentSource } from '../contracts/index.ts'

/** How a source answers: as it should, with other bytes, with an error, or not at all. */
export type SourceMood = 'honest' | 'lying' | 'failing' | 'silent'

/** A source in memory that a test may spoil; what a peer is to whoever fetches. */
export class MemoryContentSource implements ContentSource {
  readonly name: string
  readonly blocks: Map<ContentId, Uint8Array>
  mood: SourceMood = 'honest'
  /** What it was asked for, in order. */
  readonly asked: ContentId[] = []
  #underWay = 0
  /** The most that were on their way at once. */
  mostUnderWay = 0

  constructor(name: string, blocks: ReadonlyMap<ContentId, Uint8Array>) {
    this.name = name
    this.blocks = new Map(blocks)
  }

  async fetch(cid: ContentId, { signal }: AbortOptions = {}): Promise<Uint8Array | undefined> {
    signal?.throwIfAborted()
    this.asked.push(cid)
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.#underWay)
    try {
      return await this.#answer(cid)
    } finally {
      this.#underWay--
    }
  }

  async #answer(cid: ContentId): Promise<Uint8Array | undefined> {
    const bytes = this.blocks.get(cid)
    if (this.mood === 'failing') throw new TypeError(`${this.name} broke off`)
    // Not even an abort is heard.
    if (this.mood === 'silent') return new Promise(() => {})
    if (this.mood === 'lying' && bytes !== undefined) return bytes.with(0, (bytes[0] ?? 0) ^ 1)
    return bytes?.slice()
  }
}
