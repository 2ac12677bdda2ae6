import { yieldToEvents } from '#platform'
import { LumosError } from '../../contracts/index.ts'
import type { TokenConstraint } from '../constrained/index.ts'
import type { CausalDecoder } from './causal-decoder.ts'
import { cutState, type KeyValueState } from './key-value-state.ts'
import { PrefixCache } from './prefix-cache.ts'
import { type SamplerOptions, sampleToken } from './sampler.ts'
import { TurnQueue } from './turn-queue.ts'

export interface TokenGeneratorOptions {
  decoder: CausalDecoder
  /** Prompt tokens read at once; between two chunks others get their turn. */
  chunkSize: number
  /** Answers under way at once; each holds its own key-value state. @default 4 */
  maxConcurrent?: number
}

export interface TokenRequest {
  /** At least one, at most one less than the context holds. */
  promptIds: readonly number[]
  /** Tokens that end an answer; they are not part of it. */
  endIds: ReadonlySet<number>
  maxTokens: number
  sampling: SamplerOptions
  /** What the answer must look like. @default anything */
  constraint?: TokenConstraint | undefined
  signal?: AbortSignal | undefined
}

/** Why an answer ended. */
export type EndReason = 'stop' | 'length'

/**
 * Generates tokens for several requests on one decoder. They take turns step by step, in order of asking, so
 * that a long prompt or a slow reader starves nobody.
 */
export class TokenGenerator {
  readonly #decoder: CausalDecoder
  readonly #chunkSize: number
  readonly #places: TurnQueue
  readonly #steps = new TurnQueue(1)
  readonly #prefixes: PrefixCache

  constructor({ decoder, chunkSize, maxConcurrent }: TokenGeneratorOptions) {
    this.#decoder = decoder
    this.#chunkSize = chunkSize
    this.#places = new TurnQueue(maxConcurrent ?? 4)
    this.#prefixes = new PrefixCache({
      cut: (state, length) => cutState(state, length, decoder.geometry.caches, decoder.runtime),
    })
  }

  /**
   * Yields one token at a time and returns why it ended.
   *
   * @throws {LumosError} `inference-failed` when the runtime fails; the signal's reason within one step of its abort
   */
  async *generate(request: TokenRequest): AsyncGenerator<number, EndReason> {
    const leave = await this.#places.enter(request.signal)
    const sequence = new Sequence(
      request.promptIds,
      this.#prefixes.take(request.promptIds) ?? this.#decoder.emptyState(),
    )
    try {
      return yield* this.#continue(sequence, request)
    } finally {
      this.#prefixes.put(sequence.readIds(), sequence.state)
      leave()
    }
  }

  /** Waits for the step under way and frees the states. Generations still open must have been aborted. */
  async stop(): Promise<void> {
    await this.#steps.run(async () => this.#prefixes.stop())
  }

  async *#continue(sequence: Sequence, request: TokenRequest): AsyncGenerator<number, EndReason> {
    const contextLength = this.#decoder.geometry.contextLength
    const seenIds = new Set(request.promptIds)
    let logits = await this.#read(sequence, request.signal)
    for (let count = 0; count < request.maxTokens; count++) {
      await request.constraint?.mask(logits)
      const id = sampleToken(logits, seenIds, request.sampling)
      if (request.endIds.has(id)) return 'stop'
      request.constraint?.accept(id)
      yield id
      request.signal?.throwIfAborted()
      seenIds.add(id)
      sequence.ids.push(id)
      if (count + 1 === request.maxTokens || sequence.ids.length >= contextLength) return 'length'
      logits = await this.#read(sequence, request.signal)
    }
    return 'length'
  }

  /** Reads what the state has not read yet, chunk by chunk, and gives the logits after the last token. */
  async #read(sequence: Sequence, signal: AbortSignal | undefined): Promise<Float32Array> {
    for (;;) {
      const logits = await this.#steps.run(() => this.#step(sequence), signal)
      // The WASM build computes in this thread; without a pause no message, timer or abort would get through.
      await yieldToEvents()
      signal?.throwIfAborted()
      if (sequence.unreadCount === 0) return logits
    }
  }

  async #step(sequence: Sequence): Promise<Float32Array> {
    const chunk = sequence.unread(this.#chunkSize)
    try {
      const { logits, state } = await this.#decoder.step(chunk, sequence.state)
      sequence.advance(state)
      return logits
    } catch (cause) {
      throw new LumosError('inference-failed', 'The model runtime failed while it computed a token.', {
        cause,
      })
    }
  }
}

/** Tokens of prompt and answer, and the state that has read a start of them. */
class Sequence {
  readonly ids: number[]
  #state: KeyValueState

  constructor(promptIds: readonly number[], state: KeyValueState) {
    this.ids = [...promptIds]
    this.#state = state
  }

  get state(): KeyValueState {
    return this.#state
  }

  get unreadCount(): number {
    return this.ids.length - this.#state.length
  }

  unread(limit: number): number[] {
    return this.ids.slice(this.#state.length, this.#state.length + limit)
  }

  readIds(): number[] {
    return this.ids.slice(0, this.#state.length)
  }

  advance(state: KeyValueState): void {
    this.#state.dispose()
    this.#state = state
  }
}
