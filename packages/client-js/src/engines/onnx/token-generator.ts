import { yieldToEvents } from '#platform'
import { type EndReason, type GeneratedToken, Generation, type TokenRequest } from './generation.ts'
import { sharedLength } from './key-value-columns.ts'
import type { DecoderSequence, SequenceDecoder } from './sequence-decoder.ts'
import { draftTokens, Speculation } from './speculation.ts'

export interface TokenGeneratorOptions {
  decoder: SequenceDecoder
  /** Prompt tokens read at once; between two chunks others get their tokens. */
  chunkSize: number
  /** Guess tokens and check several at once, where that is faster. @default true */
  isSpeculating?: boolean
}

/** What a decoder's step does for one answer: reads on, or, with a draft, decides. */
interface Work {
  generation: Generation
  ids: readonly number[]
  draft?: readonly number[]
}

/** More tokens than this fill a step of their own. */
const maxReadTogether = 16

/** Waiting for another to read fewer common tokens than this is not worth it. */
const minAwaitedTokens = 16

/**
 * Generates tokens for several requests on one decoder. One loop owns the decoder: each turn makes one step for all
 * answers under way, then reads one chunk of one prompt, so that a long prompt or a slow reader starves nobody. A
 * ragged decoder does both in one step.
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
      // First: who finds all but the last token read decides at once.
      const reading = this.#nextReadings().map(generation => this.#chunk(generation))
      const deciding = this.#generations.filter(isDeciding).map(generation => this.#decision(generation))
      const turn = this.#decoder.isRagged ? [[...deciding, ...reading]] : [deciding, reading]
      if (deciding.length === 0 && reading.length === 0) break
      for (const work of turn) await this.#advance(work.filter(({ generation }) => !generation.isOver))
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

  /**
   * Whose prompts to read on: the one who waits longest or the one soonest done, in turns. A ragged decoder reads
   * prompts of a few tokens together; longer ones cost as much one by one, and the first of them is done sooner.
   */
  #nextReadings(): Generation[] {
    const ready = this.#openReady()
    const isOldest = this.#turn++ % 2 === 0
    const soonest = ready.toSorted((a, b) => a.unreadCount - b.unreadCount)
    const [first] = isOldest ? ready : soonest
    if (first === undefined) return []
    const chosen = [first]
    let room = maxReadTogether - first.unreadCount
    for (const generation of this.#decoder.isRagged ? soonest : []) {
      if (generation === first || generation.unreadCount > room) continue
      chosen.push(generation)
      room -= generation.unreadCount
    }
    return chosen
  }

  /** Those with a prompt to read whom nobody keeps waiting. */
  #openReady(): Generation[] {
    const ready: Generation[] = []
    for (const generation of this.#generations.slice(0, this.#decoder.maxSequences)) {
      if (!isReading(generation) || !this.#isReady(generation)) continue
      if (generation.sequence === undefined) {
        generation.sequence = this.#decoder.open(generation.ids)
        generation.request.onStart?.(generation.sequence.length)
      }
      if (generation.unreadCount > 1) ready.push(generation)
    }
    return ready
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

  /** The next tokens of a prompt. */
  #chunk(generation: Generation): Work {
    const sequence = generation.sequence as DecoderSequence
    return { generation, ids: generation.ids.slice(sequence.length, sequence.length + this.#chunkSize) }
  }

  /** The last token, and guesses of what follows it. */
  #decision(generation: Generation): Work {
    const draft = this.#draft(generation)
    return { generation, ids: [...generation.ids.slice(-1), ...draft], draft }
  }

  /** One step of the decoder for all of `work`. */
  async #advance(work: readonly Work[]): Promise<void> {
    if (work.length === 0) return
    const steps = work.map(({ generation, ids, draft }) => {
      return { sequence: generation.sequence as DecoderSequence, ids, keep: 1 + (draft?.length ?? 0) }
    })
    const started = performance.now()
    const results = await this.#decoder.step(steps)
    if (work.every(({ draft }) => draft !== undefined)) {
      const width = Math.max(...steps.map(({ ids }) => ids.length))
      this.#speculation?.observeStep(work.length, width, performance.now() - started)
    }
    for (const [index, { generation, draft }] of work.entries()) {
      const result = results[index] as Float32Array[] | Error
      if (result instanceof Error) generation.fail(result)
      else if (draft !== undefined) await this.#acceptAll(generation, result, draft)
      else if (generation.unreadCount === 0) await generation.accept(result[0] as Float32Array)
    }
  }

  #draft(generation: Generation): number[] {
    const { request } = generation
    const rows = this.#generations.filter(isDeciding).length
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
