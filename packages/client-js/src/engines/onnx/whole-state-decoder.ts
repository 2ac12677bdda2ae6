import { LumosError } from '../../contracts/index.ts'
import type { CausalDecoder } from './causal-decoder.ts'
import { copyState, cutState, type KeyValueState } from './key-value-state.ts'
import { PrefixCache } from './prefix-cache.ts'
import type { DecoderSequence, SequenceDecoder, SequenceStep, StepResult } from './sequence-decoder.ts'

/** States of hybrid models that are kept: ends of chunks of prompts, and of conversations. */
const maxBoundaries = 12

/** A sequence and the state that has read it. */
class WholeSequence implements DecoderSequence {
  state: KeyValueState
  /** What it shall read first: known before it is read. */
  readonly prompt: readonly number[]

  constructor(state: KeyValueState, prompt: readonly number[]) {
    this.state = state
    this.prompt = prompt
  }

  get length(): number {
    return this.state.length
  }
}

/**
 * Any graph on any device, one sequence after the other: a state goes in whole and comes out whole, so that it can
 * stay on a GPU.
 */
export class WholeStateDecoder implements SequenceDecoder<WholeSequence> {
  readonly isBatched = false
  readonly isRagged = false
  readonly isDivisible = false
  readonly maxSequences = 4
  readonly #decoder: CausalDecoder
  readonly #prefixes: PrefixCache

  constructor(decoder: CausalDecoder) {
    this.#decoder = decoder
    const isHybrid = decoder.geometry.fixedStates.length > 0
    this.#prefixes = new PrefixCache({
      ...(isHybrid && { maxEntries: maxBoundaries }),
      copy: state => copyState(state, decoder.runtime),
      cut: (state, length) => cutState(state, length, decoder.geometry.caches, decoder.runtime),
    })
  }

  get contextLength(): number {
    return this.#decoder.geometry.contextLength
  }

  known(): number {
    return 0
  }

  open(ids: readonly number[]): WholeSequence {
    return new WholeSequence(this.#prefixes.take(ids) ?? this.#decoder.emptyState(), ids)
  }

  async step(steps: readonly SequenceStep<WholeSequence>[]): Promise<StepResult[]> {
    const results: StepResult[] = []
    for (const { sequence, ids } of steps) results.push(await this.#read(sequence, ids))
    return results
  }

  rewind(): void {
    throw new TypeError('A whole state cannot be rewound.')
  }

  share(): void {}

  close(sequence: WholeSequence, ids: readonly number[]): void {
    this.#prefixes.put(ids, sequence.state)
  }

  async release(): Promise<void> {
    this.#prefixes.stop()
    await this.#decoder.release()
  }

  /** A whole state cannot be cut later: prompts that begin alike meet where one of them ended a chunk. */
  #keepBoundary({ state, prompt }: WholeSequence): void {
    if (!state.isWhole || !state.isOnCpu || state.length >= prompt.length) return
    this.#prefixes.put(prompt.slice(0, state.length), copyState(state, this.#decoder.runtime))
  }

  async #read(sequence: WholeSequence, ids: readonly number[]): Promise<StepResult> {
    try {
      const { logits, state } = await this.#decoder.step(ids, sequence.state)
      sequence.state.dispose()
      sequence.state = state
      this.#keepBoundary(sequence)
      return [logits]
    } catch (cause) {
      return new LumosError('inference-failed', 'The model runtime failed while it computed a token.', {
        cause,
      })
    }
  }
}
