import type { TokenConstraint } from '../constrained/index.ts'
import { type LogProbability, logProbability } from './log-probabilities.ts'
import { type SamplerOptions, sampleToken } from './sampler.ts'
import type { DecoderSequence } from './sequence-decoder.ts'

export interface TokenRequest {
  /** At least one, at most one less than the context holds. */
  promptIds: readonly number[]
  /** Tokens that end an answer; they are not part of it. */
  endIds: ReadonlySet<number>
  maxTokens: number
  sampling: SamplerOptions
  /** What the answer must look like. @default anything */
  constraint?: TokenConstraint | undefined
  /** How many of the likeliest tokens to tell with each; absent for no probabilities at all. */
  logprobs?: number | undefined
  /** Is told how many tokens of the prompt had been read before. */
  onStart?: ((cachedTokens: number) => void) | undefined
  signal?: AbortSignal | undefined
}

export interface GeneratedToken {
  id: number
  probability?: LogProbability
}

/** Why an answer ended. */
export type EndReason = 'stop' | 'length'

/** Tokens computed ahead of their reader. */
const maxAhead = 2

/** One answer under way: what it has read and said, and who waits for its next token. */
export class Generation {
  readonly request: TokenRequest
  /** Prompt and answer. */
  readonly ids: number[]
  sequence: DecoderSequence | undefined
  readonly #contextLength: number
  readonly #seenIds: Set<number>
  readonly #tokens: GeneratedToken[] = []
  #count = 0
  #end: { reason: EndReason } | { error: unknown } | undefined
  #isLeft = false
  #notify: (() => void) | undefined

  constructor(request: TokenRequest, contextLength: number) {
    this.request = request
    this.ids = [...request.promptIds]
    this.#seenIds = new Set(request.promptIds)
    this.#contextLength = contextLength
  }

  /** Nothing is left to compute. */
  get isOver(): boolean {
    return this.#end !== undefined || this.#isLeft
  }

  get unreadCount(): number {
    return this.ids.length - (this.sequence?.length ?? 0)
  }

  /** The reader has room for another token. */
  get isWanted(): boolean {
    return this.#tokens.length < maxAhead
  }

  /** Draws the next token from `logits`. An error ends this answer and no other. */
  async accept(logits: Float32Array): Promise<number | undefined> {
    try {
      return await this.#draw(logits)
    } catch (error) {
      this.fail(error)
      return undefined
    }
  }

  fail(error: unknown): void {
    this.#end ??= { error }
    this.#notify?.()
  }

  /** The reader is gone. */
  leave(): void {
    this.#isLeft = true
  }

  /** The next token, once there is one; undefined at the end. */
  async next(): Promise<GeneratedToken | undefined> {
    for (;;) {
      this.request.signal?.throwIfAborted()
      const token = this.#tokens.shift()
      if (token !== undefined) return token
      if (this.#end !== undefined) {
        if ('error' in this.#end) throw this.#end.error
        return undefined
      }
      await new Promise<void>(resolve => {
        this.#notify = resolve
      })
    }
  }

  get endReason(): EndReason {
    return this.#end !== undefined && 'reason' in this.#end ? this.#end.reason : 'stop'
  }

  async #draw(logits: Float32Array): Promise<number | undefined> {
    const { constraint, sampling, endIds, maxTokens, logprobs } = this.request
    const plain = logprobs === undefined ? undefined : logits.slice()
    await constraint?.mask(logits)
    const id = sampleToken(logits, this.#seenIds, sampling)
    if (endIds.has(id)) {
      this.#finish('stop')
      return undefined
    }
    constraint?.accept(id)
    this.#tokens.push(
      plain === undefined ? { id } : { id, probability: logProbability(plain, id, logprobs ?? 0) },
    )
    this.#seenIds.add(id)
    this.ids.push(id)
    this.#count++
    if (this.#count >= maxTokens || this.ids.length >= this.#contextLength) this.#finish('length')
    this.#notify?.()
    return id
  }

  #finish(reason: EndReason): void {
    this.#end ??= { reason }
    this.#notify?.()
  }
}
