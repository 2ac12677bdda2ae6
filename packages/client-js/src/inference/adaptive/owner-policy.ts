import type { AdaptationChange, Interaction } from '../../contracts/index.ts'
import { chooseOption } from './choose-option.ts'
import { contradictionOf, newWatch, suspicion, tolerance, watchFeedback } from './feedback-watch.ts'
import type { LearningOptions } from './new-policy-state.ts'
import { activeVersion, blindly, historyUntil, type KeptEvent, type PolicyState } from './policy-state.ts'
import type { PolicyChange } from './policy-store.ts'
import { bestOf, judgeShadow, newShadowTest, noteShadow } from './shadow-test.ts'

/** Versions kept to go back to, beside the fixed rule. */
const maxVersions = 4
const maxChanges = 50
/** Feedback that must agree with what was known, for learning to go on. */
const agreeingCount = 30
/** Contradicting feedback after which it counts as a new habit. */
const patienceCount = 200
const firstTrialAt = 20
/** Rewards whose mean is the usual one. */
const usualCount = 100
/** No version takes over while feedback is under this much suspicion. */
const maxSuspicion = 20

/** The learning of one owner: changes a state in memory and says what of it must be written. */
export class OwnerPolicy {
  readonly state: PolicyState
  readonly #options: LearningOptions

  constructor(state: PolicyState, options: LearningOptions) {
    this.state = state
    this.#options = options
  }

  find(decisionId: string): KeptEvent | undefined {
    return this.state.events.findLast(event => event.decisionId === decisionId)
  }

  decide(request: { decisionId: string; at: number; context: number[]; offered: number[] }): PolicyChange {
    const { counters, events } = this.state
    const { decisionId, at, context, offered } = request
    const present: Interaction = { at, context, choice: offered[0] as number, propensity: 1 }
    const history = [...historyUntil(events, events.at(-1)?.sequence ?? -1), present]
    const scores = this.#foretell(history)
    const best = this.#wishOf(scores, offered)
    const isTrying = counters.status === 'learning' && counters.feedbackCount > 0
    const trial = isTrying ? bestOf(this.#candidateScores(history), offered) : best
    const { policy, seed, exploration } = this.#options
    const key = `${seed} ${policy} ${decisionId}`
    const { choice, propensity } = chooseOption(offered, { best, trial }, exploration, key)
    const event: KeptEvent = {
      sequence: counters.nextSequence++,
      decisionId,
      at,
      context,
      offered,
      choice,
      propensity,
      scores: [...scores].map(rounded),
      blind: rounded(this.#foretell(blindly(history))[choice] as number),
      version: activeVersion(this.state),
    }
    events.push(event)
    counters.decisionCount++
    const dropped = events.splice(0, Math.max(0, events.length - this.#options.maxEvents))
    return { ...noChange, events: [event], dropped }
  }

  feedback(event: KeptEvent, { reward, at }: { reward: number; at: string }): PolicyChange {
    const { counters } = this.state
    const isFirst = event.reward === undefined
    // Judged before anything learns from it.
    if (isFirst && counters.status === 'learning') this.#compare(event, reward)
    event.reward = reward
    if (isFirst) counters.feedbackCount++
    if (counters.status === 'suspended') return this.#whileSuspended(event, at)
    const isWatched = isFirst && event.version === activeVersion(this.state) && event.version > 0
    const { sequence, blind } = event
    const expected = event.scores[event.choice] as number
    if (isWatched && watchFeedback(counters.watch, { sequence, reward, expected, blind })) {
      return this.#rollBack(event, at)
    }
    this.#learn()
    // The first to be tried has learned something at least.
    if (isFirst && counters.feedbackCount === firstTrialAt) this.#tryNext()
    return this.#judge(event, at)
  }

  /** Weights from elsewhere decide from now on. */
  takeOver(weights: Float32Array, change: Pick<AdaptationChange, 'reason' | 'at'>): PolicyChange {
    const { counters } = this.state
    counters.status = 'learning'
    const versions = this.#add(weights, change)
    this.#restart(weights)
    return { ...noChange, learned: true, ...versions }
  }

  /** Back to the fixed rule; what is kept of the past is distrusted, so that nothing learns it again. */
  reset(at: string): PolicyChange {
    const { counters, events, weights } = this.state
    const versionsDropped = [...weights.keys()]
    weights.clear()
    counters.versions = [0]
    counters.status = 'learning'
    for (const event of events) event.isDistrusted = true
    this.#note({ version: 0, reason: 'reset', at })
    this.#restart()
    return { ...noChange, events, learned: true, versionsDropped }
  }

  /** Expected rewards by the version that decides; the fixed rule expects of each option what it brought so far. */
  #foretell(history: readonly Interaction[]): ArrayLike<number> & Iterable<number> {
    const { model, shape } = this.#options
    const weights = this.state.weights.get(activeVersion(this.state))
    if (weights !== undefined) return model.predict(weights, shape, history)
    return shape.options.map((_, option) => {
      const known = history
        .slice(0, -1)
        .filter(({ choice, reward }) => choice === option && reward !== undefined)
      return (1 + known.reduce((sum, { reward = 0 }) => sum + reward, 0)) / (2 + known.length)
    })
  }

  #candidateScores(history: readonly Interaction[]): Float64Array {
    return this.#options.model.predict(this.state.candidate, this.#options.shape, history)
  }

  #wishOf(scores: ArrayLike<number>, offered: readonly number[]): number {
    return activeVersion(this.state) === 0 ? (offered[0] as number) : bestOf(scores, offered)
  }

  #compare(event: KeptEvent, reward: number): void {
    const { counters, events } = this.state
    if (event.sequence < counters.shadow.from) return
    const history = historyUntil(events, event.sequence)
    const active = this.#foretell(history)
    const candidate = this.#candidateScores(history)
    noteShadow(
      counters.shadow,
      { ...event, reward },
      { active, candidate },
      this.#wishOf(active, event.offered),
    )
  }

  #learn(): void {
    const { counters, events, trainer } = this.state
    const { model, shape, seed } = this.#options
    const history = historyUntil(events, events.at(-1)?.sequence ?? -1)
    model.learn(trainer, shape, history, seed + counters.feedbackCount)
  }

  #judge(event: KeptEvent, at: string): PolicyChange {
    const { counters, candidate } = this.state
    const verdict = judgeShadow(counters.shadow)
    const change = { ...noChange, events: [event], learned: true }
    if (verdict.outcome === 'undecided') return change
    const isSuspect = suspicion(counters.watch) > maxSuspicion
    this.#raiseUsual()
    if (verdict.outcome === 'rejected' || isSuspect) {
      this.#tryNext()
      return change
    }
    const versions = this.#add(candidate, { reason: 'promoted', at, gain: rounded(verdict.gain) })
    this.#tryNext()
    return { ...change, ...versions }
  }

  #rollBack(event: KeptEvent, at: string): PolicyChange {
    const { counters, events, weights } = this.state
    const distrusted = events.filter(({ sequence }) => sequence >= counters.watch.since)
    for (const each of distrusted) each.isDistrusted = true
    const left = counters.versions.pop() as number
    weights.delete(left)
    counters.status = 'suspended'
    counters.surprises = []
    counters.suspendedCount = 0
    const version = activeVersion(this.state)
    this.#note({ version, reason: 'rolled-back', at })
    this.#restart(weights.get(version))
    const written = new Set([event, ...distrusted])
    return { ...noChange, events: [...written], learned: true, versionsDropped: [left] }
  }

  #whileSuspended(event: KeptEvent, at: string): PolicyChange {
    const { counters, events } = this.state
    event.isDistrusted = true
    counters.suspendedCount++
    const [reward, expected] = [event.reward as number, event.scores[event.choice] as number]
    const surprise = { surplus: reward - expected, contradiction: contradictionOf(reward, expected) }
    counters.surprises = [...counters.surprises, surprise].slice(-agreeingCount)
    const meanOf = (name: keyof typeof surprise) =>
      counters.surprises.reduce((sum, each) => sum + each[name], 0) / agreeingCount
    const isEnough = counters.surprises.length === agreeingCount
    const agrees = isEnough && meanOf('surplus') >= -tolerance && meanOf('contradiction') <= tolerance
    const isNewHabit = counters.suspendedCount >= patienceCount
    if (!agrees && !isNewHabit) return { ...noChange, events: [event] }
    counters.status = 'learning'
    this.#note({ version: activeVersion(this.state), reason: 'accepted', at })
    this.#restart(this.state.weights.get(activeVersion(this.state)))
    if (agrees) return { ...noChange, events: [event], learned: true }
    const trusted = events.slice(-patienceCount)
    for (const each of trusted) each.isDistrusted = false
    return { ...noChange, events: trusted, learned: true }
  }

  #add(
    weights: Float32Array,
    change: Omit<AdaptationChange, 'version' | 'feedbackCount'>,
  ): Pick<PolicyChange, 'versionsAdded' | 'versionsDropped'> {
    const { counters } = this.state
    const version = counters.nextVersion++
    this.state.weights.set(version, weights.slice())
    counters.versions.push(version)
    this.#note({ version, ...change })
    counters.watch = newWatch(counters.nextSequence, this.#recentReward())
    // The fixed rule stays the first.
    const versionsDropped = counters.versions.splice(
      1,
      Math.max(0, counters.versions.length - 1 - maxVersions),
    )
    for (const old of versionsDropped) this.state.weights.delete(old)
    return { versionsAdded: [version], versionsDropped }
  }

  #note(change: Omit<AdaptationChange, 'feedbackCount'>): void {
    const { counters } = this.state
    const noted = { ...change, feedbackCount: counters.feedbackCount }
    counters.changes = [...counters.changes, noted].slice(-maxChanges)
  }

  /** Learning goes on from these weights; without any, from nothing. */
  #restart(weights?: Float32Array): void {
    const { counters } = this.state
    const { model, shape, seed } = this.#options
    const fresh = model.create(shape, seed + counters.feedbackCount)
    this.state.trainer = weights === undefined ? fresh : { ...fresh, weights: weights.slice() }
    counters.watch = newWatch(counters.nextSequence)
    this.#tryNext()
  }

  /** What is usual may rise, never sink: a slow fall is one too. */
  #raiseUsual(): void {
    const { watch } = this.state.counters
    const recent = this.#recentReward()
    if (recent !== undefined) watch.usual = Math.max(recent, watch.usual ?? 0)
  }

  /** Mean of the last trusted rewards; undefined while there are few. */
  #recentReward(): number | undefined {
    const trusted = this.state.events.filter(
      event => event.reward !== undefined && event.isDistrusted !== true,
    )
    const last = trusted.slice(-usualCount)
    if (last.length < agreeingCount) return undefined
    return last.reduce((sum, { reward = 0 }) => sum + reward, 0) / last.length
  }

  #tryNext(): void {
    const { counters, trainer } = this.state
    this.state.candidate = trainer.weights.slice()
    counters.shadow = newShadowTest(counters.nextSequence)
  }
}

const noChange: PolicyChange = {
  events: [],
  dropped: [],
  learned: false,
  versionsAdded: [],
  versionsDropped: [],
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
