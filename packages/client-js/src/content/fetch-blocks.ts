import {
  type AbortOptions,
  type ContentSource,
  type ContentStore,
  isLumosError,
  LumosError,
  type TransferOptions,
} from '../contracts/index.ts'
import { raceSignal } from '../core/index.ts'
import { matchesContentId } from './content-id.ts'
import { type Chunk, sizeOfChunks } from './file-chunks.ts'
import { SourceRanking } from './source-ranking.ts'

export interface FetchBlocksOptions extends TransferOptions {
  /** Blocks on their way at once, each in memory until it is stored. @default 6 */
  concurrency?: number
  /** A source that takes longer for a block is left for the next one. @default 30_000 */
  patienceMs?: number
  /** Told of each block that is here now: how many bytes. */
  onBlock?: (sizeBytes: number) => void
}

export interface FetchedBlocks {
  /** What came, without what was here. */
  movedBytes: number
}

/**
 * Brings blocks here, from several sources side by side. Each is checked before it is kept; a source that lies is asked
 * no more, one that fails or dawdles is asked last. What came stays when the rest does not.
 *
 * @throws {LumosError} `model-unavailable`, retryable, when no source gives a block; `storage-failed`
 */
export async function fetchBlocks(
  wanted: readonly Chunk[],
  sources: readonly ContentSource[],
  store: Pick<ContentStore, 'has' | 'put'>,
  options: FetchBlocksOptions = {},
): Promise<FetchedBlocks> {
  const transfer = new Transfer(wanted, new SourceRanking(sources), store, options)
  return transfer.run()
}

class Transfer {
  readonly #queue: Chunk[]
  readonly #totalBytes: number
  readonly #ranking: SourceRanking
  readonly #store: Pick<ContentStore, 'has' | 'put'>
  readonly #options: FetchBlocksOptions
  readonly #startedAt = performance.now()
  #loadedBytes = 0
  #movedBytes = 0

  constructor(
    wanted: readonly Chunk[],
    ranking: SourceRanking,
    store: Pick<ContentStore, 'has' | 'put'>,
    options: FetchBlocksOptions,
  ) {
    this.#queue = [...new Map(wanted.map(chunk => [chunk.cid, chunk])).values()]
    this.#totalBytes = sizeOfChunks(this.#queue)
    this.#ranking = ranking
    this.#store = store
    this.#options = options
  }

  async run(): Promise<FetchedBlocks> {
    const { signal, concurrency = 6 } = this.#options
    signal?.throwIfAborted()
    const stop = new AbortController()
    const merged = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
    const lanes = Array.from({ length: Math.min(concurrency, this.#queue.length) }, () =>
      this.#runLane(merged).catch(error => {
        stop.abort(error)
        throw error
      }),
    )
    // All have let go of their blocks before the caller hears of a failure.
    const failed = (await Promise.allSettled(lanes)).some(lane => lane.status === 'rejected')
    signal?.throwIfAborted()
    if (failed) throw stop.signal.reason
    return { movedBytes: this.#movedBytes }
  }

  async #runLane(signal: AbortSignal): Promise<void> {
    for (let chunk = this.#queue.shift(); chunk !== undefined; chunk = this.#queue.shift()) {
      signal.throwIfAborted()
      if (!(await this.#store.has(chunk.cid, { signal }))) await this.#fetchOne(chunk, signal)
      this.#loadedBytes += chunk.sizeBytes
      this.#options.onBlock?.(chunk.sizeBytes)
      this.#report()
    }
  }

  async #fetchOne(chunk: Chunk, signal: AbortSignal): Promise<void> {
    let lastFailure: unknown
    const asked = new Set<ContentSource>()
    for (;;) {
      const source = this.#ranking.next(asked)
      if (source === undefined) break
      asked.add(source)
      const startedAt = performance.now()
      try {
        const bytes = await this.#ask(source, chunk, signal)
        if (bytes === undefined) continue
        this.#ranking.succeeded(source, bytes.length, performance.now() - startedAt)
        await this.#store.put(chunk.cid, bytes, { signal })
        this.#movedBytes += bytes.length
        return
      } catch (error) {
        signal.throwIfAborted()
        if (isLumosError(error) && error.code === 'storage-failed') throw error
        lastFailure = error
        this.#ranking.failed(source)
      } finally {
        this.#ranking.finished(source)
      }
    }
    const message = 'No source gives a part of the model now; load it again to go on from here.'
    throw new LumosError('model-unavailable', message, { cause: lastFailure, retryable: true })
  }

  /** Undefined also when the source lied, and is asked no more. */
  async #ask(source: ContentSource, chunk: Chunk, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const { patienceMs = 30_000 } = this.#options
    const bytes = await withPatience(patienceMs, signal, options => source.fetch(chunk.cid, options))
    if (bytes === undefined) return undefined
    if (bytes.length === chunk.sizeBytes && (await matchesContentId(chunk.cid, bytes))) return bytes
    this.#ranking.leave(source)
    return undefined
  }

  #report(): void {
    const seconds = (performance.now() - this.#startedAt) / 1000
    this.#options.onProgress?.({
      loadedBytes: this.#loadedBytes,
      totalBytes: this.#totalBytes,
      bytesPerSecond: seconds > 0 ? this.#movedBytes / seconds : 0,
    })
  }
}

/** A source that hangs is left, even one that hears no signal. */
async function withPatience<T>(
  patienceMs: number,
  signal: AbortSignal,
  work: (options: AbortOptions) => Promise<T>,
): Promise<T> {
  const impatience = new AbortController()
  const timer = setTimeout(() => {
    impatience.abort(new LumosError('deadline-exceeded', 'The source took too long'))
  }, patienceMs)
  const merged = AbortSignal.any([signal, impatience.signal])
  try {
    return await raceSignal(work({ signal: merged }), merged)
  } finally {
    clearTimeout(timer)
  }
}
