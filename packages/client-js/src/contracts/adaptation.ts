import type { AbortOptions } from './abort-options.ts'
import type { PrincipalDid } from './ids.ts'
import type { JsonObject } from './json.ts'

/** One decision as a model of outcomes sees it: numbers only. */
export interface Interaction {
  /** Milliseconds since 1970, UTC. */
  at: number
  /** In the order of {@link OutcomeShape.features}, each from -1 to 1 or near. */
  context: readonly number[]
  /** What was chosen, as a place in {@link OutcomeShape.options}. */
  choice: number
  /** How probable that choice was when it was made, above 0. */
  propensity: number
  /** From 0, bad, to 1, good. Absent while unknown. */
  reward?: number
}

/** What a policy decides on and between. */
export interface OutcomeShape {
  features: readonly string[]
  options: readonly string[]
}

/** What a model has learned, and what its optimiser remembers. */
export interface LearnedState {
  /** float32, shape `[parameterCount]` */
  weights: Float32Array
  /** float32, of a length of the model's own */
  moments: Float32Array
  /** Optimiser steps taken. */
  steps: number
}

/** Foretells how each option would turn out, from a sequence of interactions. Pure: no I/O, no clock, no chance. */
export interface OutcomeModel {
  /** Names architecture and version: weights of another format mean nothing to it. */
  readonly format: string
  parameterCount(shape: OutcomeShape): number
  /** Knows nothing: every option is as good as the next. */
  create(shape: OutcomeShape, seed: number): LearnedState
  /**
   * @param history - oldest first; the last is the one to decide, whose choice and reward are not looked at
   * @returns the expected reward of each option, from 0 to 1
   */
  predict(weights: Float32Array, shape: OutcomeShape, history: readonly Interaction[]): Float64Array
  /** Learns from what is known in `history`; changes `state`. The same seed gives the same state. */
  learn(state: LearnedState, shape: OutcomeShape, history: readonly Interaction[], seed: number): void
  /** How much each feature and option moves the expectations: mean absolute weight, not scaled. */
  influences(weights: Float32Array, shape: OutcomeShape): Readonly<Record<string, number>>
}

export interface AdaptiveRequest {
  owner: PrincipalDid
  /** The decision's name, 1 to 128 characters, for instance a run's id. Asking again gives the same decision. */
  decisionId: string
  /** By feature; absent is 0. What is beyond -1 and 1 is cut. Never text. */
  context: Readonly<Record<string, number>>
  /** Of the policy's options, those at hand. @default all */
  options?: readonly string[]
}

export interface AdaptiveDecision {
  decisionId: string
  choice: string
  /** Expected reward by option, from 0 to 1. */
  scores: Readonly<Record<string, number>>
  /** How probable this choice was. */
  propensity: number
  /** Of the weights that decided; 0 is the fixed rule. */
  version: number
}

export type AdaptationStatus =
  /** Learns and is watched. */
  | 'learning'
  /** Went back to an earlier version: feedback contradicted what was known. Learns nothing until it agrees again. */
  | 'suspended'

/** Why the weights that decide changed. */
export interface AdaptationChange {
  version: number
  reason: 'promoted' | 'rolled-back' | 'imported' | 'reset' | 'accepted'
  /** ISO 8601, UTC. */
  at: string
  /** Feedback events by then. */
  feedbackCount: number
  /** Lower confidence bound of the gain in Brier score, of a promotion. */
  gain?: number
}

/** What can be told of a policy of one owner. */
export interface AdaptationReport {
  policy: string
  status: AdaptationStatus
  version: number
  format: string
  features: readonly string[]
  options: readonly string[]
  decisionCount: number
  feedbackCount: number
  /** Mean reward of the last feedback events, up to 100; absent without any. */
  recentReward?: number
  /** How much each feature moves the expectations of the version that decides. */
  influences: Readonly<Record<string, number>>
  /** Newest last, at most 50. */
  changes: readonly AdaptationChange[]
}

/**
 * Chooses between options, and learns from how it turned out, for each owner apart. Exploration is bounded; new
 * weights decide only after they proved better on feedback they had not learned from, and go back when feedback
 * contradicts them. Keeps numbers, never text; nothing leaves unless exported.
 *
 * @see docs/architecture/adaptation.md
 */
export interface AdaptivePolicy {
  readonly name: string
  /** @throws {LumosError} `invalid-request` for an unknown feature or option, `storage-failed` */
  decide(request: AdaptiveRequest, options?: AbortOptions): Promise<AdaptiveDecision>
  /**
   * Tells how a decision turned out. A later reward of the same decision replaces the earlier one.
   *
   * @param feedback.reward - from 0, bad, to 1, good
   * @returns false when the decision is unknown, or too old
   */
  feedback(
    feedback: { owner: PrincipalDid; decisionId: string; reward: number },
    options?: AbortOptions,
  ): Promise<boolean>
  inspect(owner: PrincipalDid, options?: AbortOptions): Promise<AdaptationReport>
  /** What was learned, to be taken elsewhere: weights and shape, no interactions. @see spec/adaptation.md */
  export(owner: PrincipalDid, options?: AbortOptions): Promise<JsonObject>
  /**
   * Takes over what was exported; what was learned here stays behind it, to go back to.
   *
   * @throws {LumosError} `invalid-request` for another policy, shape or format, or where the hash does not fit
   */
  import(owner: PrincipalDid, exported: JsonObject, options?: AbortOptions): Promise<AdaptationReport>
  /** Back to the fixed rule. What happened is kept, nothing of it is learned again. */
  reset(owner: PrincipalDid, options?: AbortOptions): Promise<AdaptationReport>
  /** Deletes everything about the owner. */
  forget(owner: PrincipalDid, options?: AbortOptions): Promise<void>
}
