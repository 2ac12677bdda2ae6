/** How a candidate does beside the version that decides, on feedback that neither learned from. */
export interface ShadowTest {
  /** Decisions before this one do not count: the candidate may have learned from them. */
  from: number
  /** Of each event: squared error of the deciding version, less that of the candidate. */
  gains: number[]
  /** Of each event: what the candidate's choice would have brought more, doubly robust. */
  values: number[]
}

export interface ShadowEvent {
  offered: readonly number[]
  choice: number
  propensity: number
  reward: number
}

export type ShadowVerdict =
  | { outcome: 'undecided' }
  /** It is no better, or was tried long enough. */
  | { outcome: 'rejected' }
  | { outcome: 'better'; gain: number }

/** Events after which the candidate may take over. */
export const shadowLooks = [40, 80, 120]
/** By how much the squared error must fall at least, in the mean, at the lower end of the confidence interval. */
export const shadowMargin = 0.002
/** By how much its choices must be worth more, in the mean. */
const valueMargin = 0.01
/** Of Student's t with 39 degrees of freedom: one-sided 5%, shared by three looks at two bounds. */
const quantile = 2.5

export function newShadowTest(from: number): ShadowTest {
  return { from, gains: [], values: [] }
}

/** Notes how both did at an event. The predictions are of the reward of each option. */
export function noteShadow(
  test: ShadowTest,
  event: ShadowEvent,
  { active, candidate }: { active: ArrayLike<number>; candidate: ArrayLike<number> },
  choiceOfActive: number,
): void {
  const { offered, choice, propensity, reward } = event
  const error = (scores: ArrayLike<number>) => (reward - (scores[choice] as number)) ** 2
  test.gains.push(error(active) - error(candidate))
  const other = bestOf(candidate, offered)
  // The same choice brings the same; else what both foretell, set right by what happened where it was chosen.
  const value = (option: number) => {
    const foretold = ((active[option] as number) + (candidate[option] as number)) / 2
    return option === choice ? foretold + (reward - foretold) / propensity : foretold
  }
  test.values.push(other === choiceOfActive ? 0 : value(other) - value(choiceOfActive))
}

/**
 * Whether the candidate takes over: when its choices are worth more by a margin, or when it foretells better by a
 * margin and its choices are worth more as far as that can be told. Margins are at the lower end of confidence
 * intervals, 95% over all looks together.
 *
 * @see Dudík, Langford and Li, "Doubly robust policy evaluation and learning", ICML 2011
 */
export function judgeShadow({ gains, values }: ShadowTest): ShadowVerdict {
  if (!shadowLooks.includes(gains.length)) return { outcome: 'undecided' }
  const [gain, worth] = [lowerBound(gains), lowerBound(values)]
  // Where it never chooses otherwise, there is nothing to be worse at.
  const choosesBetter = values.every(value => value === 0) || meanOf(values) > valueMargin
  if (worth > valueMargin || (gain > shadowMargin && choosesBetter)) return { outcome: 'better', gain }
  const isHopeless = gains.length === shadowLooks.at(-1) || (meanOf(gains) <= 0 && meanOf(values) <= 0)
  return { outcome: isHopeless ? 'rejected' : 'undecided' }
}

/** The first of the best. */
export function bestOf(scores: ArrayLike<number>, offered: readonly number[]): number {
  return offered.reduce((best, option) =>
    (scores[option] as number) > (scores[best] as number) ? option : best,
  )
}

function lowerBound(values: readonly number[]): number {
  const mean = meanOf(values)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return mean - quantile * Math.sqrt(variance / values.length)
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
