/** How much the watch has won by betting that feedback contradicts the deciding version. */
export interface FeedbackWatch {
  /** By kind of bet, then by stake. */
  wealth: number[]
  /** The first event of the contradiction that is suspected. */
  since: number
  /** The usual reward of the deciding version; absent while unknown. */
  usual?: number
}

export interface WatchedFeedback {
  sequence: number
  reward: number
  /** What the version foretold. */
  expected: number
  /** What it would have foretold without having seen how earlier choices turned out. */
  blind: number
}

/** Rewards may be this much below in the mean, before it counts as a contradiction. */
export const tolerance = 0.1
/** While expectations hold, a false alarm comes once in this many feedback events, in the mean, or more rarely. */
export const eventsPerFalseAlarm = 2000

const stakes = [0.25, 0.5, 1]

export function newWatch(since: number, usual?: number): FeedbackWatch {
  return { wealth: new Array(3 * stakes.length).fill(0), since, ...(usual !== undefined && { usual }) }
}

/**
 * Watches for three things, each with an e-process for every stake λ, wealth ← max(wealth, 1) · (1 + λ·excess):
 *
 * - rewards fall short of what was foretold: excess = expected − tolerance − reward;
 * - they fall short of the usual: a model that sees bad outcomes soon foretells bad ones, and is surprised no more;
 * - what used to be good is bad and the reverse, so that a model that follows its last outcomes does well by the
 *   wrong measure: excess = (reward − blind)² − blind·(1 − blind) − tolerance.
 *
 * As long as expectations hold up to the tolerance, each factor has a mean of at most 1, and the mean of the wealths
 * is an e-detector: the time until it reaches N is at least N in the mean, whatever the distribution of rewards.
 *
 * @returns whether feedback contradicts the version
 * @see Shin, Ramdas and Rinaldo, "E-detectors: a nonparametric framework for sequential change detection",
 *   arXiv 2203.03532
 */
export function watchFeedback(watch: FeedbackWatch, feedback: WatchedFeedback): boolean {
  const { sequence, reward, expected, blind } = feedback
  if (suspicion(watch) <= 1) watch.since = sequence
  const excesses = [
    expected - reward - tolerance,
    watch.usual === undefined ? undefined : watch.usual - reward - tolerance,
    contradictionOf(reward, blind) - tolerance,
  ]
  watch.wealth = watch.wealth.map((wealth, index) => {
    const excess = excesses[Math.floor(index / stakes.length)]
    if (excess === undefined) return 0
    return Math.max(wealth, 1) * (1 + (stakes[index % stakes.length] as number) * excess)
  })
  return suspicion(watch) >= eventsPerFalseAlarm
}

/** By how much a reward misses more than chance explains, if it was foretold rightly: 0 in the mean. */
export function contradictionOf(reward: number, expected: number): number {
  return (reward - expected) ** 2 - expected * (1 - expected)
}

/** 1 or less: none. */
export function suspicion({ wealth }: FeedbackWatch): number {
  return wealth.reduce((sum, value) => sum + value, 0) / wealth.length
}
