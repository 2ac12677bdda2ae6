import type { RouteFeatures, RoutePolicy } from '../../contracts/index.ts'

/** What things are worth, in seconds of waiting. */
export interface RouteWeights {
  /** A US dollar. */
  dollar: number
  /** The best model there is, against one that knows nothing. */
  quality: number
  /** A place whose answers all failed lately. */
  failure: number
  /** Computing here on an empty battery. */
  battery: number
  /** Computing here while the machine is as hot as it gets. */
  heat: number
  /** Letting the text leave this machine, where it may. */
  cloud: number
  peer: number
}

/** Half a second is worth a hundredth of a cent; a model ten times as large, six seconds. */
export const defaultRouteWeights: RouteWeights = {
  dollar: 5000,
  quality: 30,
  failure: 30,
  battery: 20,
  heat: 10,
  cloud: 2,
  peer: 3,
}

/** A {@link RoutePolicy} that is plain data: the weights say all there is to know about it. */
export interface WeightedPolicy extends RoutePolicy {
  readonly weights: Readonly<RouteWeights>
}

/** Prefers what answers soonest, where all else is weighed in seconds. Learns nothing itself: speeds are learned for it. */
export function weightedPolicy(weights: Partial<RouteWeights> = {}): WeightedPolicy {
  const all = { ...defaultRouteWeights, ...weights }
  return {
    name: 'weighted',
    weights: all,
    score: features => all.quality * features.quality - costSeconds(features, all),
  }
}

/** From the question to the end of the answer, about. Those who wait there go first. */
export function expectedSeconds(features: RouteFeatures): number {
  const { promptTokens, outputTokens, prefillSpeed, decodeSpeed, queueLength, loadSeconds } = features
  const answer = promptTokens / prefillSpeed + outputTokens / decodeSpeed
  return loadSeconds + answer * (1 + queueLength)
}

function costSeconds(features: RouteFeatures, weights: RouteWeights): number {
  const { isLocal, isPeer, costUsd, failureRate, battery, heat } = features
  const away = isPeer * weights.peer + (1 - isLocal - isPeer) * weights.cloud
  const strain = isLocal * ((1 - battery) * weights.battery + heat * weights.heat)
  return expectedSeconds(features) + costUsd * weights.dollar + failureRate * weights.failure + away + strain
}
