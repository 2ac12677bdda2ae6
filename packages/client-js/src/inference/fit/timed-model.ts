import type {
  AbortOptions,
  Clock,
  GenerateRequest,
  Model,
  ModelEvent,
  ModelInfo,
  ModelSpeed,
  TokenUsage,
} from '../../contracts/index.ts'

/** Fewer tokens tell little of a speed. */
const leastPrompt = 16
const leastAnswer = 6

export interface TimedModelOptions {
  clock: Clock
  /** Told the speed of every answer that had the model for itself. */
  onSpeed(info: ModelInfo, sample: Partial<ModelSpeed>): void
}

/** A model that times its answers. What the reader takes to read does not count. */
export class TimedModel implements Model {
  #model: Model
  readonly #options: TimedModelOptions
  /** Answers under way. */
  activeCount = 0
  /** Answers begun: tells whether another began meanwhile. */
  #begun = 0

  constructor(model: Model, options: TimedModelOptions) {
    this.#model = model
    this.#options = options
  }

  get info(): ModelInfo {
    return this.#model.info
  }

  /** The same model, loaded anew. */
  replace(model: Model): void {
    this.#model = model
  }

  async *generate(request: GenerateRequest, options?: AbortOptions): AsyncGenerator<ModelEvent, void> {
    const { clock, onSpeed } = this.#options
    const wasAlone = this.activeCount === 0
    const begun = ++this.#begun
    this.activeCount++
    const events = this.#model.generate(request, options)[Symbol.asyncIterator]()
    const spent = { first: 0, rest: 0 }
    let hasBegun = false
    try {
      for (;;) {
        const askedAt = clock.now()
        const next = await events.next()
        spent[hasBegun ? 'rest' : 'first'] += clock.now() - askedAt
        if (next.done) return
        hasBegun ||= next.value.type !== 'answer-routed'
        if (next.value.type === 'finished' && wasAlone && begun === this.#begun) {
          onSpeed(this.info, speedOf(next.value.usage, spent))
        }
        yield next.value
      }
    } finally {
      this.activeCount--
      await events.return?.()
    }
  }

  stop(): Promise<void> {
    return this.#model.stop()
  }
}

function speedOf(usage: TokenUsage, spent: { first: number; rest: number }): Partial<ModelSpeed> {
  const read = usage.inputTokens - (usage.cachedInputTokens ?? 0)
  // The first token comes with the last step of the prompt.
  const written = usage.outputTokens - 1
  return {
    ...(read >= leastPrompt && spent.first > 0 && { prefill: (read / spent.first) * 1000 }),
    ...(written >= leastAnswer && spent.rest > 0 && { decode: (written / spent.rest) * 1000 }),
  }
}
