import { type DeviceConditions, type DeviceFacts, deviceConditions, deviceFacts } from '#platform'
import type {
  AbortOptions,
  Clock,
  LoadOptions,
  Model,
  ModelId,
  ModelInfo,
  ModelSource,
  RouteFeatures,
  UsagePlace,
} from '../../contracts/index.ts'
import { fitModel } from '../fit/fit-model.ts'
import { SpeedBook } from '../fit/speed-book.ts'
import { TimedModel } from '../fit/timed-model.ts'
import { type CandidateNeeds, isReadyToUse, placeOfModel, type RouteCandidate } from './route-candidate.ts'
import { featuresOf } from './route-features.ts'
import type { RouterOptions } from './router-options.ts'

/** What places have is asked again after this. */
const staleAfterMs = 30_000
/** Weight of the newest answer in a place's failure rate. */
const newest = 0.3

/** The models of all places, and what is known of them: what they are, how fast, how reliable, whether loaded. */
export class PlaceBook {
  readonly #options: RouterOptions & { clock: Clock }
  readonly #speeds: SpeedBook
  readonly #candidates = new Map<string, RouteCandidate>()
  readonly #timed = new Map<string, TimedModel>()
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined
  #machine: Promise<DeviceFacts> | undefined
  #conditions: DeviceConditions = { battery: 1, heat: 0 }

  constructor(options: RouterOptions & { clock: Clock }) {
    this.#options = options
    this.#speeds = new SpeedBook(options.store)
  }

  /** Models of the node itself, with how they run here. */
  async list(options?: AbortOptions): Promise<ModelInfo[]> {
    const [infos] = await Promise.all([this.#options.models.list(options), this.#speeds.open()])
    return Promise.all(infos.map(info => this.#withFit(info)))
  }

  /** Everybody who could be asked. What is known already is given at once, and refreshed behind the scenes. */
  async candidates(options?: AbortOptions): Promise<RouteCandidate[]> {
    const isStale = this.#options.clock.now() - this.#readAt > staleAfterMs
    if (isStale) this.#reading ??= this.#read(options).finally(() => (this.#reading = undefined))
    if (this.#candidates.size === 0) await this.#reading
    else this.#reading?.catch(() => {})
    return [...this.#candidates.values()]
  }

  features(candidate: RouteCandidate, needs: CandidateNeeds): RouteFeatures {
    const { modelId } = candidate.info
    return featuresOf(candidate, {
      needs,
      conditions: this.#conditions,
      measured: this.#speeds.get(candidate.info, candidate.place),
      price: this.#options.prices?.[modelId],
      quality: this.#options.quality?.[modelId],
    })
  }

  /** A model that was named. Its speed is learned too. */
  async loadOwn(modelId: ModelId | undefined, options?: LoadOptions): Promise<Model> {
    const { models } = this.#options
    const model = await models.load(modelId, options)
    const place = placeOfModel(model.info)
    const key = keyOf(place, 0, model.info.modelId)
    const timed = this.#wrap(key, model, place)
    const candidate = this.#candidates.get(key)
    if (candidate !== undefined) adopt(candidate, timed)
    return timed
  }

  /** Loaded, and ready to be asked. */
  async load(candidate: RouteCandidate, options?: AbortOptions): Promise<TimedModel> {
    if (candidate.model !== undefined) return candidate.model
    const model = await candidate.source.load(candidate.info.modelId, options)
    const timed = this.#wrap(candidate.key, model, candidate.place)
    adopt(candidate, timed)
    return timed
  }

  record(candidate: RouteCandidate, isFailed: boolean): void {
    candidate.failureRate += newest * (Number(isFailed) - candidate.failureRate)
    // What failed is loaded anew: its weights, or its connection, may be gone.
    if (isFailed && candidate.place === 'local') delete candidate.model
  }

  /** Whether it can be loaded beside those that are. */
  async hasRoomFor(candidate: RouteCandidate): Promise<boolean> {
    const { memoryBytes } = await this.#facts()
    if (memoryBytes === undefined) return true
    const loaded = [...this.#candidates.values()].filter(({ model, place }) => model && place === 'local')
    const wanted = [...loaded, candidate].reduce((sum, { info }) => sum + (info.memoryBytes ?? 0), 0)
    return wanted <= memoryBytes * 0.7
  }

  async #read(options?: AbortOptions): Promise<void> {
    const { models, peers = [], clock } = this.#options
    const conditions = (this.#options.conditions ?? deviceConditions)().then(now => {
      this.#conditions = now
    })
    // Nobody waits for a battery; the first answer assumes a full one.
    conditions.catch(() => {})
    const own = await this.list(options)
    const lists = await Promise.all(peers.map(peer => peer.list(options).catch(() => [])))
    const found: [string, RouteCandidate][] = [
      ...own.filter(isReadyToUse).map(info => this.#entry(info, placeOfModel(info), models)),
      ...lists.flatMap((infos, at) =>
        infos.map(info => this.#entry(info, 'peer', peers[at] as ModelSource, at)),
      ),
    ]
    for (const key of this.#candidates.keys()) this.#candidates.delete(key)
    for (const [key, candidate] of found) this.#candidates.set(key, candidate)
    this.#readAt = clock.now()
  }

  /** What was learned of a place stays with it. */
  #entry(info: ModelInfo, place: UsagePlace, source: ModelSource, at = 0): [string, RouteCandidate] {
    const key = keyOf(place, at, info.modelId)
    const candidate = this.#candidates.get(key) ?? { key, info, place, source, failureRate: 0 }
    candidate.info = { ...candidate.info, ...info }
    return [key, candidate]
  }

  /** One for all who ask, so that it knows how many wait. */
  #wrap(key: string, model: Model, place: UsagePlace): TimedModel {
    const known = this.#timed.get(key)
    known?.replace(model)
    const timed =
      known ??
      new TimedModel(model, {
        clock: this.#options.clock,
        onSpeed: (info, sample) => void this.#speeds.learn(info, sample, place),
      })
    this.#timed.set(key, timed)
    return timed
  }

  async #withFit(info: ModelInfo): Promise<ModelInfo> {
    if (placeOfModel(info) !== 'local' || info.engine !== 'onnx') return info
    const measured = this.#speeds.get(info)
    const isKnown = info.sizeBytes !== undefined || info.parameters !== undefined || measured !== undefined
    return isKnown ? { ...info, ...fitModel(info, await this.#facts(), measured) } : info
  }

  #facts(): Promise<DeviceFacts> {
    this.#machine ??= (this.#options.machine ?? deviceFacts)()
    return this.#machine
  }
}

function keyOf(place: UsagePlace, at: number, modelId: ModelId): string {
  return JSON.stringify([place, at, modelId])
}

function adopt(candidate: RouteCandidate, model: TimedModel): void {
  candidate.model = model
  candidate.info = { ...candidate.info, ...model.info }
}
