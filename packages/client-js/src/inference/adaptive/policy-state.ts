import type {
  AdaptationChange,
  AdaptationStatus,
  AdaptiveDecision,
  Interaction,
  LearnedState,
  OutcomeShape,
} from '../../contracts/index.ts'
import type { FeedbackWatch } from './feedback-watch.ts'
import type { ShadowTest } from './shadow-test.ts'

/** One decision as it is kept. */
export interface KeptEvent extends Interaction {
  sequence: number
  decisionId: string
  /** Options at hand, as places in the policy's. */
  offered: readonly number[]
  scores: readonly number[]
  /** Expected reward of the choice without knowing any outcome. */
  blind: number
  version: number
  /** The reward contradicted what was known: no model sees it. */
  isDistrusted?: boolean
}

/** What changes with each decision and each feedback, beside the events and weights. */
export interface PolicyCounters {
  format: string
  features: readonly string[]
  options: readonly string[]
  status: AdaptationStatus
  /** The version that decides is the last; the ones before are what it goes back to. 0 is the fixed rule. */
  versions: number[]
  nextVersion: number
  nextSequence: number
  decisionCount: number
  feedbackCount: number
  shadow: ShadowTest
  watch: FeedbackWatch
  /** Rewards since the suspension, newest last: beyond what was foretold, and how far off beyond chance. */
  surprises: { surplus: number; contradiction: number }[]
  suspendedCount: number
  changes: AdaptationChange[]
}

/** Everything kept of one owner. */
export interface PolicyState {
  counters: PolicyCounters
  /** Oldest first. */
  events: KeptEvent[]
  trainer: LearnedState
  /** What is being tried beside the version that decides; it does not learn meanwhile. */
  candidate: Float32Array
  /** By version, without 0. */
  weights: Map<number, Float32Array>
}

export function activeVersion({ counters }: PolicyState): number {
  return counters.versions.at(-1) ?? 0
}

/** What models may see of the events up to one, that one included: rewards that are distrusted are not known. */
export function historyUntil(events: readonly KeptEvent[], sequence: number): Interaction[] {
  const last = events.findIndex(event => event.sequence === sequence)
  return events.slice(0, last + 1).map(seenBy)
}

/** The same without how anything turned out. */
export function blindly(history: readonly Interaction[]): Interaction[] {
  return history.map(({ reward: _, ...rest }) => rest)
}

function seenBy(event: KeptEvent): Interaction {
  const { at, context, choice, propensity, reward, isDistrusted } = event
  const isKnown = reward !== undefined && isDistrusted !== true
  return { at, context, choice, propensity, ...(isKnown && { reward }) }
}

export function decisionOf(event: KeptEvent, { options }: OutcomeShape): AdaptiveDecision {
  return {
    decisionId: event.decisionId,
    choice: options[event.choice] as string,
    scores: Object.fromEntries(
      event.offered.map(option => [options[option] as string, event.scores[option] as number]),
    ),
    propensity: event.propensity,
    version: event.version,
  }
}
