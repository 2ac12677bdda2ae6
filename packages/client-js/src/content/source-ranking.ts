import type { ContentSource } from '../contracts/index.ts'

interface Standing {
  source: ContentSource
  /** Of the last blocks, newer ones counting more; undefined before the first. */
  bytesPerMs?: number
  failures: number
  underWay: number
}

/** Which source to ask next: the one that promises the block soonest, after those that failed. */
export class SourceRanking {
  readonly #standings: Map<ContentSource, Standing>

  constructor(sources: readonly ContentSource[]) {
    this.#standings = new Map(sources.map(source => [source, { source, failures: 0, underWay: 0 }]))
  }

  /** Counts as under way until {@link finished}. */
  next(asked: ReadonlySet<ContentSource>): ContentSource | undefined {
    const free = [...this.#standings.values()].filter(({ source }) => !asked.has(source))
    const [best] = free.sort((a, b) => a.failures - b.failures || promise(b) - promise(a))
    if (best !== undefined) best.underWay++
    return best?.source
  }

  finished(source: ContentSource): void {
    this.#change(source, standing => standing.underWay--)
  }

  succeeded(source: ContentSource, sizeBytes: number, durationMs: number): void {
    this.#change(source, standing => {
      const now = sizeBytes / Math.max(durationMs, 0.1)
      standing.bytesPerMs = standing.bytesPerMs === undefined ? now : standing.bytesPerMs * 0.7 + now * 0.3
      standing.failures = 0
    })
  }

  failed(source: ContentSource): void {
    this.#change(source, standing => standing.failures++)
  }

  /** For good: it sent other bytes than it was asked for. */
  leave(source: ContentSource): void {
    this.#standings.delete(source)
  }

  #change(source: ContentSource, change: (standing: Standing) => void): void {
    const standing = this.#standings.get(source)
    if (standing !== undefined) change(standing)
  }
}

/** Speed left for one more block. Who is not known yet is tried first. */
function promise({ bytesPerMs = Number.MAX_VALUE, underWay }: Standing): number {
  return bytesPerMs / (underWay + 1)
}
