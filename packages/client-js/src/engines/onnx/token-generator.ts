import { yieldToEvents } from '#platform'
import { type EndReason, type GeneratedToken, Generation, type TokenRequest } from './generation.ts'
import { sharedLength } from './key-value-columns.ts'
import type { SequenceDecoder } from './sequence-decoder.ts'
import { draftTokens, Speculation } from './speculation.ts'

export interface TokenGeneratorOptions {
  decoder: SequenceDecoder
  /** Prompt tokens read at once; between two chunks others get their tokens. */
  chunkSize: number
  /** Guess tokens and check several at once, where that is faster. @default true */
  isSpeculating?: boolean
}

/** Waiting for another to read fewer common tokens than this is not worth it. */
const minAwaitedTokens = 16

/**
 * Generates tokens for several requests on one decoder. One loop owns the decoder: each turn makes one step for all
 * answers under way, then reads one chunk of one prompt, so that a long prompt or a slow reader starves nobody.
 */
export class TokenGenerator {
  readonly #decoder: SequenceDecoder
  readonly #chunkSize: number
  readonly #speculation: Speculation | undefined
  /** In order of asking. */
  #generations: Generation[] = []
  #isWorking = false
  #work = Promise.resolve()
  #turn = 0

  constructor({ decoder, chunkSize, isSpeculating = true }: TokenGeneratorOptions) {
    this.#decoder = decoder
    this.#chunkSize = chunkSize
    this.#speculation = isSpeculating && decoder.isDivisible ? new Speculation() : undefined
  }

  /**
   * Yields one token at a time and returns why it ended.
   *
   * @throws {LumosError} `inference-failed` when the runtime fails; the signal's reason within one step of its abort
   */
  async *generate(request: TokenRequest): AsyncGenerator<GeneratedToken, EndReason> {
    request.signal?.throwIfAborted()
    const generation = new Generation(request, this.#decoder.contextLength)
    const abort = () => generation.fail(request.signal?.reason)
    request.signal?.addEventListener('abort', abort)
    this.#generations.push(generation)
    try {
      for (;;) {
        this.#wake()
        const token = await generation.next()
        if (token === undefined) return generation.endReason
        yield token
      }
    } finally {
      request.signal?.removeEventListener('abort', abort)
      generation.leave()
      this.#wake()
    }
  }

  /** Waits for the step under way. Generations still open must have been aborted. */
  async stop(): Promise<void> {
    this.#wake()
    await this.#work
  }

  #wake(): void {
    if (this.#isWorking) return
    this.#isWorking = true
    this.#work = this.#run().catch(error => {
      this.#isWorking = false
      for (const generation of this.#generations) generation.fail(error)
    })
  }

  async #run(): Promise<void> {
    for (;;) {
      this.#sweep()
      const deciding = this.#generations.filter(isDeciding)
      const reading = this.#nextReading()
      if (deciding.length === 0 && reading === undefined) break
      if (deciding.length > 0) await this.#decode(deciding)
      if (reading !== undefined && !reading.isOver) await this.#readChunk(reading)
      // The WASM build computes in this thread; without a pause no message, timer or abort would get through.
      await yieldToEvents()
    }
    this.#isWorking = false
  }

  /** Lets go of what ended, so that others get its place. */
  #sweep(): void {
    for (const generation of this.#generations) {
      const { sequence } = generation
      if (!generation.isOver || sequence === undefined) continue
      this.#decoder.close(sequence, generation.ids.slice(0, sequence.length))
    }
    this.#generations = this.#generations.filter(generation => !generation.isOver)
  }

  /** Whose prompt to read on: the one who waits longest and the one soonest done, in turns. */
  #nextReading(): Generation | undefined {
    const reading = this.#generations.slice(0, this.#decoder.maxSequences).filter(isReading)
    const ready = reading.filter(generation => this.#isReady(generation))
    if (this.#turn++ % 2 === 0) return ready[0]
    return ready.reduce<Generation | undefined>(
      (best, generation) => (best && best.unreadCount <= generation.unreadCount ? best : generation),
      undefined,
    )
  }

  /** False while another reads what both have in common: once it has, nobody reads that again. */
  #isReady(generation: Generation): boolean {
    if (generation.sequence !== undefined) return true
    const { ids } = generation
    for (const other of this.#generations) {
      if (!this.#decoder.isDivisible || other.sequence === undefined) continue
      const shared = Math.min(sharedLength(other.ids, ids), ids.length - 1)
      if (shared < this.#decoder.known(ids) + minAwaitedTokens) continue
      if (other.sequence.length < shared) return false
      this.#decoder.share(other.sequence, ids.slice(0, shared))
    }
    return true
  }

  async #readChunk(generation: Generation): Promise<void> {
    const { ids, request } = generation
    let { sequence } = generation
    if (sequence === undefined) {
      sequence = this.#decoder.open(ids)
      generation.sequence = sequence
      request.onStart?.(sequence.length)
    }
    if (generation.unreadCount === 1) return
    const chunk = ids.slice(sequence.length, sequence.length + this.#chunkSize)
    const [logits] = await this.#decoder.step([{ sequence, ids: chunk, keep: 1 }])
    if (logits instanceof Error) generation.fail(logits)
    else if (generation.unreadCount === 0) await generation.accept(logits?.[0] as Float32Array)
  }

  async #decode(generations: readonly Generation[]): Promise<void> {
    const drafts = generations.map(generation => this.#draft(generation, generations.length))
    const steps = generations.map(({ sequence, ids }, index) => {
      const draft = drafts[index] as number[]
      return {
        sequence: sequence as NonNullable<typeof sequence>,
        ids: [...ids.slice(-1), ...draft],
        keep: 1 + draft.length,
      }
    })
    const started = performance.now()
    const results = await this.#decoder.step(steps)
    const width = Math.max(...steps.map(({ ids }) => ids.length))
    this.#speculation?.observeStep(generations.length, width, performance.now() - started)
    for (const [index, generation] of generations.entries()) {
      const result = results[index] as Float32Array[] | Error
      if (result instanceof Error) generation.fail(result)
      else await this.#acceptAll(generation, result, drafts[index] as number[])
    }
  }

  #draft(generation: Generation, rows: number): number[] {
    const { request } = generation
    const isGreedy = request.sampling.temperature <= 0 || request.sampling.topK === 1
    if (this.#speculation === undefined || !isGreedy || request.constraint !== undefined) return []
    const room = this.#decoder.contextLength - generation.ids.length - 1
    const count = Math.min(this.#speculation.draftLength(generation, rows), room)
    return count > 0 ? draftTokens(generation.ids, count) : []
  }

  /** Takes tokens as long as the drafts were what the model says, and forgets the rest. */
  async #acceptAll(generation: Generation, logits: Float32Array[], draft: readonly number[]): Promise<void> {
    const sequence = generation.sequence as NonNullable<typeof generation.sequence>
    const read = sequence.length - draft.length
    let accepted = 0
    for (const row of logits) {
      const id = generation.isOver ? undefined : await generation.accept(row)
      if (id === undefined || id !== draft[accepted]) break
      accepted++
    }
    if (draft.length === 0) return
    this.#speculation?.observeDraft(generation, draft.length, accepted)
    if (accepted < draft.length) this.#decoder.rewind(sequence, read + accepted)
  }
}

function isReading({ sequence, unreadCount }: Generation): boolean {
  return sequence === undefined || unreadCount > 1
}

function isDeciding(generation: Generation): boolean {
  return generation.sequence !== undefined && generation.unreadCount === 1 && generation.isWanted
}
