import {
  type AbortOptions,
  type AdaptationChange,
  type AdaptationReport,
  type AdaptiveDecision,
  type AdaptivePolicy,
  type AdaptiveRequest,
  type Clock,
  type JsonObject,
  LumosError,
  type OutcomeModel,
  type OutcomeShape,
  type PrincipalDid,
  type Store,
} from '../../contracts/index.ts'
import { createSystemClock, KeyedLock } from '../../core/index.ts'
import { decodeExport, encodeExport } from './export-format.ts'
import { type LearningOptions, newPolicyState } from './new-policy-state.ts'
import { OwnerPolicy } from './owner-policy.ts'
import { activeVersion, decisionOf } from './policy-state.ts'
import { type PolicyChange, PolicyStore } from './policy-store.ts'

export interface AdaptivePolicyOptions {
  /** Names it in the store and in exports. */
  name: string
  /** At most 64. */
  features: readonly string[]
  /** 2 to 32. The first one at hand is what the fixed rule chooses, until something better is known. */
  options: readonly string[]
  /** What learns, for instance `logisticOutcomeModel()` or `liquidOutcomeModel()`. */
  model: OutcomeModel
  store: Store
  /** Of decisions, those that go to any option, alike. From 0 to 0.5. @default 0.1 */
  explorationRate?: number
  /** Of decisions, those that follow the version under trial where it differs. From 0 to 0.3. @default 0.2 */
  trialRate?: number
  /** @default 1 */
  seed?: number
  /** Decisions kept for each owner, the newest. @default 512 */
  maxEvents?: number
  clock?: Clock
}

const maxOwnersInMemory = 32

/**
 * Chooses between options and learns from how it turned out, on this device, for each owner apart.
 *
 * @throws {LumosError} `invalid-request` for options out of range
 * @see docs/architecture/adaptation.md
 */
export function createAdaptivePolicy(options: AdaptivePolicyOptions): AdaptivePolicy {
  const { features, options: choices, explorationRate = 0.1, trialRate = 0.2 } = options
  const isNamed = [features, choices].every(names => new Set(names).size === names.length)
  const isBounded = explorationRate >= 0 && explorationRate <= 0.5 && trialRate >= 0 && trialRate <= 0.3
  if (!isNamed || !isBounded || features.length > 64 || choices.length < 2 || choices.length > 32) {
    throw new LumosError(
      'invalid-request',
      'A policy has up to 64 features, 2 to 32 options, and rates in range.',
    )
  }
  return new StoredAdaptivePolicy(options)
}

class StoredAdaptivePolicy implements AdaptivePolicy {
  readonly name: string
  readonly #learning: LearningOptions
  readonly #kept: PolicyStore
  readonly #clock: Clock
  readonly #lock = new KeyedLock()
  readonly #owners = new Map<PrincipalDid, OwnerPolicy>()

  constructor(options: AdaptivePolicyOptions) {
    const { name, features, model, store, explorationRate = 0.1, trialRate = 0.2, seed = 1 } = options
    const shape: OutcomeShape = { features: [...features], options: [...options.options] }
    this.name = name
    this.#clock = options.clock ?? createSystemClock()
    this.#kept = new PolicyStore({ store, policy: name, model, shape })
    this.#learning = {
      policy: name,
      model,
      shape,
      seed,
      exploration: { rate: explorationRate, trialRate },
      maxEvents: options.maxEvents ?? 512,
    }
  }

  decide(request: AdaptiveRequest, options: AbortOptions = {}): Promise<AdaptiveDecision> {
    const { owner, decisionId } = request
    return this.#change(owner, options, async (policy, save) => {
      const known = policy.find(decisionId)
      if (known !== undefined) return decisionOf(known, this.#learning.shape)
      await save(policy.decide({ decisionId, at: this.#clock.now(), ...this.#read(request) }))
      return decisionOf(policy.find(decisionId) as NonNullable<typeof known>, this.#learning.shape)
    })
  }

  feedback(
    { owner, decisionId, reward }: { owner: PrincipalDid; decisionId: string; reward: number },
    options: AbortOptions = {},
  ): Promise<boolean> {
    return this.#change(owner, options, async (policy, save) => {
      if (!(reward >= 0 && reward <= 1)) throw new LumosError('invalid-request', 'A reward is from 0 to 1.')
      const event = policy.find(decisionId)
      if (event === undefined) return false
      if (event.reward !== reward) await save(policy.feedback(event, { reward, at: this.#now() }))
      return true
    })
  }

  inspect(owner: PrincipalDid, options: AbortOptions = {}): Promise<AdaptationReport> {
    return this.#change(owner, options, async policy => this.#report(policy))
  }

  export(owner: PrincipalDid, options: AbortOptions = {}): Promise<JsonObject> {
    return this.#change(owner, options, async ({ state }) => {
      const version = activeVersion(state)
      // The fixed rule has no weights; what is being learned beside it has.
      const weights = state.weights.get(version) ?? state.trainer.weights
      const { feedbackCount } = state.counters
      return encodeExport(this.#learning, { version, feedbackCount, weights })
    })
  }

  async import(
    owner: PrincipalDid,
    exported: JsonObject,
    options: AbortOptions = {},
  ): Promise<AdaptationReport> {
    const weights = await decodeExport(this.#learning, exported)
    return this.#change(owner, options, async (policy, save) => {
      await save(policy.takeOver(weights, this.#stamp('imported')))
      return this.#report(policy)
    })
  }

  reset(owner: PrincipalDid, options: AbortOptions = {}): Promise<AdaptationReport> {
    return this.#change(owner, options, async (policy, save) => {
      await save(policy.reset(this.#now()))
      return this.#report(policy)
    })
  }

  forget(owner: PrincipalDid, options: AbortOptions = {}): Promise<void> {
    return this.#lock.run(owner, async () => {
      this.#owners.delete(owner)
      await this.#kept.forget(owner, options)
    })
  }

  /** One at a time for each owner. What could not be written is not believed either: it is read anew. */
  #change<T>(
    owner: PrincipalDid,
    options: AbortOptions,
    work: (policy: OwnerPolicy, save: (change: PolicyChange) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    return this.#lock.run(owner, async () => {
      options.signal?.throwIfAborted()
      const policy = await this.#load(owner, options)
      try {
        return await work(policy, change => this.#kept.save(owner, policy.state, change, options))
      } catch (error) {
        this.#owners.delete(owner)
        throw error
      }
    })
  }

  async #load(owner: PrincipalDid, options: AbortOptions): Promise<OwnerPolicy> {
    const known = this.#owners.get(owner)
    if (known !== undefined) return known
    const kept = await this.#kept.load(owner, options)
    const policy = new OwnerPolicy(kept ?? newPolicyState(this.#learning), this.#learning)
    if (kept === undefined) {
      // Whatever another shape left goes, before anything of this one is there.
      await this.#kept.forget(owner, options)
      const change = { events: [], dropped: [], learned: true, versionsAdded: [], versionsDropped: [] }
      await this.#kept.save(owner, policy.state, change, options)
    }
    const [oldest] = this.#owners.keys()
    if (this.#owners.size >= maxOwnersInMemory && oldest !== undefined) this.#owners.delete(oldest)
    this.#owners.set(owner, policy)
    return policy
  }

  /** @throws {LumosError} `invalid-request` */
  #read({ decisionId, context, options }: AdaptiveRequest): { context: number[]; offered: number[] } {
    const { shape } = this.#learning
    const unknown = Object.keys(context).find(name => !shape.features.includes(name))
    if (unknown !== undefined) throw invalid(`There is no feature ${unknown.slice(0, 64)}.`)
    if (decisionId.length < 1 || decisionId.length > 128)
      throw invalid('A decision has an id of 1 to 128 characters.')
    const offered = [...new Set(options ?? shape.options)].map(option => shape.options.indexOf(option))
    if (offered.length === 0 || offered.includes(-1)) throw invalid('An option is not of this policy.')
    const values = shape.features.map(name => Math.max(-1, Math.min(1, context[name] ?? 0)))
    if (values.some(value => Number.isNaN(value))) throw invalid('A feature is not a number.')
    return { context: values.map(value => Math.round(value * 1e4) / 1e4), offered }
  }

  #report({ state }: OwnerPolicy): AdaptationReport {
    const { counters, weights, trainer, events } = state
    const version = activeVersion(state)
    const { model, shape } = this.#learning
    const rewards = events.flatMap(({ reward }) => (reward === undefined ? [] : [reward])).slice(-100)
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length
    return {
      policy: this.name,
      status: counters.status,
      version,
      format: model.format,
      features: shape.features,
      options: shape.options,
      decisionCount: counters.decisionCount,
      feedbackCount: counters.feedbackCount,
      ...(rewards.length > 0 && { recentReward: Math.round(mean * 1e4) / 1e4 }),
      influences: model.influences(weights.get(version) ?? trainer.weights, shape),
      changes: counters.changes,
    }
  }

  #stamp(reason: AdaptationChange['reason']): Pick<AdaptationChange, 'reason' | 'at'> {
    return { reason, at: this.#now() }
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

function invalid(message: string): LumosError {
  return new LumosError('invalid-request', message)
}
