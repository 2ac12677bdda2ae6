import {
  type AbortOptions,
  type AnswerRoute,
  autoModelId,
  type Clock,
  type EarlierRoute,
  type GenerateRequest,
  isLumosError,
  LumosError,
  type Model,
  type ModelEvent,
  type ModelInfo,
  type RoutePolicy,
  type RouteReason,
  type UsagePlace,
} from '../../contracts/index.ts'
import { type CascadeOptions, ConfidenceGate } from './confidence-gate.ts'
import type { HandOver } from './hand-over.ts'
import type { PlaceBook } from './place-book.ts'
import { isEligible, needsOf, type RouteCandidate } from './route-candidate.ts'
import { chooseRoute, type RouteChoice, rank } from './route-choice.ts'
import { RoutedAnswer } from './routed-answer.ts'

export interface AutoModelOptions {
  book: PlaceBook
  policy: RoutePolicy
  cascade: CascadeOptions | false
  handOver: HandOver
  clock: Clock
}

/** Who is out of question for the answer at hand. */
interface Search {
  failed: Set<RouteCandidate>
  /** Only models that promise more than this. */
  above: number
}

/** What the places together can do, for those who ask before they know who will answer. */
export function autoInfo(candidates: readonly RouteCandidate[]): ModelInfo {
  const atHome = candidates.filter(({ place }) => place === 'local')
  // What stays here must fit here: the conversation is cut to what a local model reads.
  const [first, ...others] = atHome.length > 0 ? atHome : candidates
  if (first === undefined) throw new LumosError('model-unavailable', 'No place has a model that is ready.')
  const all = [first, ...others].map(({ info }) => info)
  const contexts = all.flatMap(({ contextLength }) => contextLength ?? [])
  const places = [...new Set<UsagePlace>(candidates.map(({ place }) => place))]
  return {
    modelId: autoModelId,
    name: 'Auto',
    engine: first.info.engine,
    ...(contexts.length > 0 && { contextLength: Math.max(...contexts) }),
    isLocal: places.every(place => place === 'local'),
    supportsTools: all.some(({ supportsTools }) => supportsTools),
    places,
  }
}

/** Chooses, for every answer, which model computes it and where; goes on elsewhere when that fails. */
export class AutoModel implements Model {
  readonly info: ModelInfo
  readonly #options: AutoModelOptions

  constructor(info: ModelInfo, options: AutoModelOptions) {
    this.info = info
    this.#options = options
  }

  async *generate(request: GenerateRequest, options: AbortOptions = {}): AsyncGenerator<ModelEvent, void> {
    const { signal } = options
    signal?.throwIfAborted()
    const answer = new RoutedAnswer(request)
    const search: Search = { failed: new Set(), above: Number.NEGATIVE_INFINITY }
    let because: RouteReason | undefined
    let failure: LumosError | undefined
    for (;;) {
      const choice = await this.#choose(answer.rest(), search, options)
      if (choice === undefined) throw failure ?? noPlace(request)
      const route = routeOf(choice, because, answer)
      try {
        if (yield* this.#ask(choice, route, answer, options)) return
        because = 'unsure'
        search.above = choice.features.quality
      } catch (error) {
        if (signal?.aborted || !isLumosError(error) || !answer.canMove()) throw error
        const end = answer.endIfSpent(route)
        if (end !== undefined) {
          yield end
          return
        }
        answer.leave(choice.candidate, error.code)
        because = 'failed-over'
        failure = error
        search.failed.add(choice.candidate)
        // Somebody unsure is better than nobody.
        search.above = Number.NEGATIVE_INFINITY
      }
    }
  }

  /** The models belong to the catalogue. */
  async stop(): Promise<void> {}

  async #choose(
    request: GenerateRequest,
    { failed, above }: Search,
    options: AbortOptions,
  ): Promise<RouteChoice | undefined> {
    const { book, policy } = this.#options
    const needs = needsOf(request)
    const all = (await book.candidates(options)).filter(candidate => !failed.has(candidate))
    const entries = all
      .filter(candidate => isEligible(candidate, needs))
      .map(candidate => ({ candidate, features: book.features(candidate, needs) }))
      .filter(({ features }) => features.quality > above)
    if (entries.length === 0) return undefined
    const choice = chooseRoute(rank(entries, policy), policy)
    const wasKept =
      needs.privacy === 'local' &&
      all.some(other => isEligible(other, { ...needs, privacy: undefined }) && other.place !== 'local')
    return wasKept && choice.reason !== 'until-ready' ? { ...choice, reason: 'local-only' } : choice
  }

  /** Resolves to false when the model was not sure, and nothing of it was shown. */
  async *#ask(
    choice: RouteChoice,
    route: AnswerRoute,
    answer: RoutedAnswer,
    { signal }: AbortOptions,
  ): AsyncGenerator<ModelEvent, boolean> {
    const { book, policy, cascade, clock, handOver } = this.#options
    const { candidate, features } = choice
    const startedAt = clock.now()
    const seconds = () => (clock.now() - startedAt) / 1000
    try {
      const model = await book.load(candidate, { signal: signal as AbortSignal })
      yield { type: 'answer-routed', route: described(route, model.info) }
      const isJudged = cascade !== false && choice.hasBetter && answer.isJudgeable
      const gate = isJudged ? new ConfidenceGate(cascade) : undefined
      const asked = { ...answer.rest(), ...(isJudged && { logprobs: answer.request.logprobs ?? 0 }) }
      for await (const event of model.generate(asked, { signal: signal as AbortSignal })) {
        const passed = gate?.push(event) ?? [event]
        if (passed === 'held') continue
        if (passed === 'unsure') {
          answer.drop(candidate, gate?.confidence)
          policy.observe?.(features, {
            isFailed: false,
            seconds: seconds(),
            confidence: gate?.confidence ?? 0,
          })
          return false
        }
        for (const shown of passed) yield answer.show(shown, described(route, model.info, gate?.confidence))
      }
      book.record(candidate, false)
      policy.observe?.(features, { isFailed: false, seconds: seconds() })
      if (choice.awaited !== undefined) handOver.begin(choice.awaited, answer.request)
      return true
    } catch (error) {
      if (!signal?.aborted) {
        book.record(candidate, true)
        policy.observe?.(features, { isFailed: true, seconds: seconds() })
      }
      throw error
    }
  }
}

function routeOf(choice: RouteChoice, because: RouteReason | undefined, answer: RoutedAnswer): AnswerRoute {
  const { info, place } = choice.candidate
  const earlier: EarlierRoute[] = answer.earlier
  return {
    modelId: info.modelId,
    engine: info.engine,
    place,
    reason: because ?? choice.reason,
    ...(answer.confidence !== undefined && { confidence: answer.confidence }),
    ...(earlier.length > 0 && { earlier: [...earlier] }),
  }
}

function described(route: AnswerRoute, { device }: ModelInfo, confidence?: number): AnswerRoute {
  return {
    ...route,
    ...(device !== undefined && { device }),
    ...(confidence !== undefined && { confidence }),
  }
}

function noPlace({ privacy }: GenerateRequest): LumosError {
  const where = privacy === 'local' ? 'No model on this machine' : 'No model of any place'
  return new LumosError(
    'model-unavailable',
    `${where} can answer this: too long, or it needs tools. Name a model.`,
  )
}
