export interface Exploration {
  /** Of decisions that go to any option at hand, each alike. */
  rate: number
  /** Of decisions that go to the candidate's choice, where it differs. */
  trialRate: number
}

/**
 * Draws a choice. What is drawn follows from `key` alone: asked again after a crash, it is the same.
 *
 * @param wishes.best - what the deciding version wants
 * @param wishes.trial - what the candidate wants
 */
export function chooseOption(
  offered: readonly number[],
  wishes: { best: number; trial: number },
  exploration: Exploration,
  key: string,
): { choice: number; propensity: number } {
  const { best, trial } = wishes
  const probabilities = offered.map(option => {
    const own =
      (option === best ? 1 - exploration.rate - exploration.trialRate : 0) +
      (option === trial ? exploration.trialRate : 0)
    return own + exploration.rate / offered.length
  })
  let rest = fractionOf(key)
  const place = probabilities.findIndex(probability => {
    rest -= probability
    return rest < 0
  })
  // What rounding leaves over belongs to the wish.
  const index = place < 0 ? offered.indexOf(best) : place
  return { choice: offered[index] as number, propensity: probabilities[index] as number }
}

/** In [0, 1), well mixed: FNV-1a, then the finaliser of MurmurHash3. */
function fractionOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
