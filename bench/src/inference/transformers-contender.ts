import type { PreTrainedModel, PreTrainedTokenizer } from '@huggingface/transformers'
import type { Answer, Contender, ContenderOptions, ContenderSpec, Question } from './contender.ts'
import { Stopwatch } from './stopwatch.ts'

type Library = typeof import('@huggingface/transformers')
type DynamicCache = InstanceType<Library['DynamicCache']>

/**
 * transformers.js, used as its documentation says:
 *
 * - `plain`: every question is read from its first token.
 * - `cache`: a `DynamicCache` a conversation, given back with the next question.
 * - `forked cache`: the same, and the system prompt is read once, its cache copied by hand for each conversation. The
 *   library has no such function; its tensors can be shared.
 * - `padded batch`: the questions of all conversations wait for each other and are answered as one padded batch.
 *
 * The library never checks that a cache belongs to a prompt; here that is done for it.
 */
export async function openTransformers(
  library: Library,
  spec: ContenderSpec,
  options: ContenderOptions,
): Promise<Contender> {
  const at = options.modelFolder.lastIndexOf('/')
  library.env.allowRemoteModels = false
  library.env.allowLocalModels = true
  library.env.localModelPath = options.modelFolder.slice(0, at + 1)
  const name = options.modelFolder.slice(at + 1)
  const tokenizer = await library.AutoTokenizer.from_pretrained(name)
  tokenizer.padding_side = 'left'
  const model = await library.AutoModelForCausalLM.from_pretrained(name, {
    dtype: spec.weights as 'q4',
    ...placeOf(spec, options),
  })
  const engine = new TransformersEngine(library, tokenizer, model)
  const contender =
    spec.usage === 'padded batch'
      ? new PaddedBatch(engine, options.agentCount)
      : new OneByOne(engine, spec.usage ?? 'plain')
  return {
    answer: question => contender.answer(question),
    forget: () => contender.forget(),
    stop: async () => void (await model.dispose()),
  }
}

/** In Node the library knows no device of a runtime that it was given: `auto` leaves the choice to the session. */
function placeOf({ runtime }: ContenderSpec, { threadCount }: ContenderOptions) {
  if (runtime === 'chromium-wasm') return { device: 'wasm' as const }
  if (runtime === 'node-wasm')
    return { device: 'auto' as const, session_options: { executionProviders: ['wasm'] } }
  return { device: 'cpu' as const, session_options: { intraOpNumThreads: threadCount } }
}

interface Generated {
  ids: number[]
  watch: Stopwatch
}

class TransformersEngine {
  constructor(
    readonly library: Library,
    readonly tokenizer: PreTrainedTokenizer,
    readonly model: PreTrainedModel,
  ) {}

  promptIds(messages: Question['messages'], isQuestion: boolean): number[] {
    const text = this.tokenizer.apply_chat_template(messages, {
      tokenize: false,
      add_generation_prompt: isQuestion,
    }) as string
    return this.tokenizer.encode(text, { add_special_tokens: false })
  }

  /** Answers each row of `prompts`, padded on the left to one length. */
  async generate(
    prompts: number[][],
    maxTokens: number,
    watches: Stopwatch[],
    cache?: DynamicCache,
  ): Promise<Generated[]> {
    const width = Math.max(...prompts.map(ids => ids.length))
    const padId = this.tokenizer.pad_token_id ?? 0
    const pad = (ids: number[], value: number) => [...Array(width - ids.length).fill(value), ...ids]
    const tensor = (rows: number[][]) =>
      new this.library.Tensor('int64', BigInt64Array.from(rows.flat().map(BigInt)), [rows.length, width])
    let isPrompt = true
    const streamer = {
      put: () => {
        if (!isPrompt) for (const watch of watches) watch.token()
        isPrompt = false
      },
      end() {},
    }
    const sequences = (await this.model.generate({
      input_ids: tensor(prompts.map(ids => pad(ids, padId))),
      attention_mask: tensor(
        prompts.map(ids =>
          pad(
            ids.map(() => 1),
            0,
          ),
        ),
      ),
      max_new_tokens: maxTokens,
      do_sample: false,
      streamer: streamer as never,
      ...(cache && { past_key_values: cache }),
    } as never)) as unknown as { tolist(): bigint[][] }
    return sequences.tolist().map((row, index) => ({
      ids: this.#untilEnd(row.slice(width).map(Number)),
      watch: watches[index] as Stopwatch,
    }))
  }

  #untilEnd(ids: number[]): number[] {
    const end = ids.findIndex(id => this.tokenizer.all_special_ids.includes(id))
    return end < 0 ? ids : ids.slice(0, end)
  }

  toAnswer({ ids, watch }: Generated, inputTokens: number): Answer {
    const { firstTokenMs, lastTokenMs } = watch
    const text = this.tokenizer.decode(ids, { skip_special_tokens: true })
    return { text, inputTokens, outputTokens: ids.length, firstTokenMs, lastTokenMs }
  }
}

interface Kept {
  ids: number[]
  cache: DynamicCache
}

class OneByOne {
  readonly #kept = new Map<string, Kept>()
  #system: Promise<Kept> | undefined

  constructor(
    readonly engine: TransformersEngine,
    readonly usage: string,
  ) {}

  async answer({ conversation, messages, maxTokens }: Question): Promise<Answer> {
    const watch = new Stopwatch()
    const ids = this.engine.promptIds(messages, true)
    const cache = this.usage === 'plain' ? undefined : await this.#cacheFor(conversation, ids, messages)
    const [generated] = await this.engine.generate([ids], maxTokens, [watch], cache)
    if (generated === undefined) throw new Error('There is no answer.')
    if (cache) this.#kept.set(conversation, { ids: [...ids, ...generated.ids], cache })
    return this.engine.toAnswer(generated, ids.length)
  }

  forget(): void {
    this.#kept.clear()
    this.#system = undefined
  }

  /** The conversation's own cache where what it read begins the prompt, else the system prompt's, else an empty one. */
  async #cacheFor(
    conversation: string,
    ids: number[],
    messages: Question['messages'],
  ): Promise<DynamicCache> {
    const { DynamicCache } = this.engine.library
    const own = this.#kept.get(conversation)
    if (own && startsWith(ids, own.ids, own.cache.get_seq_length())) return own.cache
    if (this.usage !== 'forked cache' || messages[0]?.role !== 'system') return new DynamicCache()
    this.#system ??= this.#readSystem(messages.slice(0, 1))
    const system = await this.#system
    const isSame = startsWith(ids, system.ids, system.cache.get_seq_length())
    return isSame ? new DynamicCache({ ...system.cache }) : new DynamicCache()
  }

  async #readSystem(messages: Question['messages']): Promise<Kept> {
    const ids = this.engine.promptIds(messages, false)
    const cache = new this.engine.library.DynamicCache()
    await this.engine.generate([ids], 1, [new Stopwatch()], cache)
    return { ids, cache }
  }
}

function startsWith(ids: number[], start: number[], length: number): boolean {
  return length < ids.length && start.slice(0, length).every((id, index) => id === ids[index])
}

interface Waiting {
  question: Question
  watch: Stopwatch
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

class PaddedBatch {
  readonly #waiting: Waiting[] = []

  constructor(
    readonly engine: TransformersEngine,
    readonly size: number,
  ) {}

  answer(question: Question): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.#waiting.push({ question, watch: new Stopwatch(), resolve, reject })
    if (this.#waiting.length === this.size) void this.#answerAll(this.#waiting.splice(0))
    return promise
  }

  forget(): void {}

  async #answerAll(waiting: Waiting[]): Promise<void> {
    try {
      const prompts = waiting.map(({ question }) => this.engine.promptIds(question.messages, true))
      const watches = waiting.map(({ watch }) => watch)
      const maxTokens = Math.max(...waiting.map(({ question }) => question.maxTokens))
      const generated = await this.engine.generate(prompts, maxTokens, watches)
      for (const [index, { resolve }] of waiting.entries()) {
        resolve(this.engine.toAnswer(generated[index] as Generated, prompts[index]?.length ?? 0))
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }
}
