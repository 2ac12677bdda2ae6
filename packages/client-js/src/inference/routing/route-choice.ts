import type { RouteFeatures, RoutePolicy, RouteReason } from '../../contracts/index.ts'
import type { RouteCandidate } from './route-candidate.ts'

export interface RankedCandidate {
  candidate: RouteCandidate
  features: RouteFeatures
  score: number
}

export interface RouteChoice extends RankedCandidate {
  reason: RouteReason
  /** Somebody better, on this machine, whose weights are still on the disk. */
  awaited?: RouteCandidate
  /** Somebody who knows more could be asked, should this one not be sure. */
  hasBetter: boolean
}

/** Best first; among equals the earlier one. A policy that gives no number has no say. */
export function rank(
  entries: readonly { candidate: RouteCandidate; features: RouteFeatures }[],
  policy: RoutePolicy,
): RankedCandidate[] {
  const scored = entries.map(entry => {
    const score = policy.score(entry.features)
    return { ...entry, score: Number.isFinite(score) ? score : Number.NEGATIVE_INFINITY }
  })
  return scored.sort((one, other) => (one.score === other.score ? 0 : other.score - one.score))
}

/** Nobody notices weights that load within this. */
const patienceSeconds = 1

/**
 * The best of the ranked. Where that one has to load first, the best of those answers that need not, until it is there.
 *
 * @param ranked - at least one
 * @param policy - which ranked them
 */
export function chooseRoute(ranked: readonly RankedCandidate[], policy: RoutePolicy): RouteChoice {
  const loaded = ranked.map(entry => ({ ...entry, features: { ...entry.features, loadSeconds: 0 } }))
  const ideal = (rank(loaded, policy)[0] as RankedCandidate).candidate
  const soon = ranked.find(({ features }) => features.loadSeconds <= patienceSeconds)
  const chosen = soon ?? (ranked[0] as RankedCandidate)
  const isAwaited = ideal !== chosen.candidate && ideal.place === 'local' && ideal.model === undefined
  return {
    ...chosen,
    reason: isAwaited ? 'until-ready' : ranked.length === 1 ? 'only-one' : 'best',
    hasBetter: ranked.some(({ features }) => features.quality > chosen.features.quality),
    ...(isAwaited && { awaited: ideal }),
  }
}
