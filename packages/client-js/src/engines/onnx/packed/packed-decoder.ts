import { LumosError } from '../../../contracts/index.ts'
import type { DecoderSequence, SequenceDecoder, SequenceStep, StepResult } from '../sequence-decoder.ts'
import { BlockPool, blockTokens } from './block-pool.ts'
import { KeptBlocks } from './kept-blocks.ts'
import { maxPackedTokens, type PackedNetwork, type PackedPart } from './packed-network.ts'

/** What a sequence read, and the blocks it lies in. */
class PackedSequence implements DecoderSequence {
  readonly ids: number[]
  readonly blocks: number[]

  constructor(ids: number[], blocks: number[]) {
    this.ids = ids
    this.blocks = blocks
  }

  get length(): number {
    return this.ids.length
  }
}

type Step = SequenceStep<PackedSequence>

export interface PackedDecoderOptions {
  network: PackedNetwork
  contextLength: number
  /** Of what is kept for later prompts. @default 512 MiB */
  maxCacheBytes?: number | undefined
}

/** Sequences of any length in one step; common starts are kept once, in blocks. */
export class PackedDecoder implements SequenceDecoder<PackedSequence> {
  readonly isBatched = true
  readonly isDivisible = true
  readonly isRagged = true
  readonly maxSequences = 16
  readonly contextLength: number
  /** Nothing after {@link release}, so that the memory of all three goes. */
  #parts: { network: PackedNetwork; pool: BlockPool; kept: KeptBlocks } | undefined

  constructor({ network, contextLength, maxCacheBytes = 512 * 2 ** 20 }: PackedDecoderOptions) {
    this.contextLength = contextLength
    const pool = new BlockPool(network.memory, network.blockBytes)
    this.#parts = { network, pool, kept: new KeptBlocks(pool, maxCacheBytes) }
  }

  known(ids: readonly number[]): number {
    return Math.min(this.#parts?.kept.match(ids) ?? 0, ids.length - 1)
  }

  open(ids: readonly number[]): PackedSequence {
    const length = this.known(ids)
    return new PackedSequence(ids.slice(0, length), this.#parts?.kept.take(ids, length) ?? [])
  }

  async step(steps: readonly Step[]): Promise<StepResult[]> {
    const results: StepResult[] = []
    for (let first = 0; first < steps.length; ) {
      const end = this.#endOfRun(steps, first)
      const run = steps.slice(first, end)
      results.push(...(run.length > 1 ? this.#run(run) : run.map(step => this.#runInPieces(step))))
      first = end
    }
    return results
  }

  rewind(sequence: PackedSequence, length: number): void {
    sequence.ids.length = length
    this.#parts?.pool.release(sequence.blocks.splice(Math.ceil(length / blockTokens)))
  }

  share({ blocks }: PackedSequence, ids: readonly number[]): void {
    this.#parts?.kept.put(ids, blocks)
  }

  close(sequence: PackedSequence, ids: readonly number[]): void {
    this.share(sequence, ids)
    this.#parts?.pool.release(sequence.blocks.splice(0))
  }

  async release(): Promise<void> {
    this.#parts = undefined
  }

  get #open() {
    if (this.#parts === undefined) throw new RangeError('The decoder was released.')
    return this.#parts
  }

  /** As many steps as one run takes, at least one. */
  #endOfRun(steps: readonly Step[], first: number): number {
    let tokens = 0
    let end = first
    while (end < steps.length) {
      tokens += steps[end]?.ids.length ?? 0
      if (tokens > maxPackedTokens) break
      end++
    }
    return Math.max(end, first + 1)
  }

  /** One step of any width; at most the last run's tokens have logits. */
  #runInPieces(step: Step): StepResult {
    let rest = step.ids
    while (rest.length > maxPackedTokens) {
      const count = Math.min(maxPackedTokens, rest.length - maxPackedTokens)
      const [read] = this.#run([{ ...step, ids: rest.slice(0, count), keep: 1 }])
      if (read instanceof Error) return read
      rest = rest.slice(count)
    }
    return this.#run([{ ...step, ids: rest }])[0] as StepResult
  }

  #run(steps: readonly Step[]): StepResult[] {
    try {
      const parts = steps.map(step => this.#partOf(step))
      const logits = this.#open.network.run(parts)
      for (const { sequence, ids } of steps) sequence.ids.push(...ids)
      return logits
    } catch (cause) {
      if (steps.length > 1) return steps.flatMap(step => this.#run([step]))
      return [new LumosError('inference-failed', 'There is no memory left for this answer.', { cause })]
    }
  }

  /** Blocks for what is read next, which nobody else holds. */
  #partOf({ sequence, ids, keep }: Step): PackedPart {
    const { blocks, length } = sequence
    const { pool } = this.#open
    const end = Math.ceil((length + ids.length) / blockTokens)
    for (let index = Math.floor(length / blockTokens); index < end; index++) {
      const known = blocks[index]
      blocks[index] = this.#withRoom(() => (known === undefined ? pool.take() : pool.own(known)))
    }
    return { ids, first: length, blocks, keep }
  }

  /** Lets go of kept texts while there is no memory. */
  #withRoom(take: () => number): number {
    for (;;) {
      try {
        return take()
      } catch (error) {
        if (!this.#open.kept.dropOldest()) throw error
      }
    }
  }
}
