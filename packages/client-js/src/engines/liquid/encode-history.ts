import type { Interaction, OutcomeShape } from '../../contracts/index.ts'
import type { NetworkInput } from './liquid-network.ts'

/** Interactions that a prediction looks at. */
export const maxHistory = 32

const lagCount = 3
const fastTraceMs = 20 * 60_000
const slowTraceDecay = 0.85

/**
 * Time as the cell sees it: about 0.7 for a minute, 4 for an hour, 7 for a day. Habits care for the difference
 * between a minute and an hour as for that between an hour and two days.
 */
export function warpTime(elapsedMs: number): number {
  return Math.log1p(Math.max(0, elapsedMs) / 60_000)
}

/** How many numbers {@link encodeHistory} makes of a step. */
export function encodedSize({ features, options }: OutcomeShape): { inputs: number; direct: number } {
  return {
    inputs: 2 * features.length + 2 * options.length + 1,
    direct: 2 * features.length + (3 + lagCount) * options.length + 1,
  }
}

/**
 * What the network reads at each decision. The cell gets what is known now, what was known and chosen before, and how
 * that turned out; the direct inputs are what a linear model would be given: the same, the last outcomes of each
 * option, and their sums, fading with time and with each decision.
 */
export function encodeHistory(shape: OutcomeShape, history: readonly Interaction[]): NetworkInput[] {
  const size = encodedSize(shape)
  const count = shape.options.length
  const fast = new Float64Array(count)
  const slow = new Float64Array(count)
  return history.map((interaction, index) => {
    const { context, at } = interaction
    const before = history[index - 1]
    const elapsedMs = before === undefined ? 0 : Math.max(0, at - before.at)
    const elapsed = warpTime(elapsedMs)
    fade(before, { fast, slow }, elapsedMs)
    const input = new Float64Array(size.inputs)
    const direct = new Float64Array(size.direct)
    input.set(context)
    direct.set(context)
    let place = context.length
    if (before !== undefined) {
      input.set(before.context, place)
      direct.set(before.context, place)
      input[2 * place + before.choice] = outcomeOf(before)
      input[2 * place + count + before.choice] = 1
      direct[2 * place + before.choice] = 1
    }
    place = 2 * place + count
    direct.set(fast, place)
    direct.set(slow, place + count)
    for (let lag = 1; lag <= lagCount; lag++) {
      const earlier = history[index - lag]
      if (earlier !== undefined) direct[place + (1 + lag) * count + earlier.choice] = outcomeOf(earlier)
    }
    input[size.inputs - 1] = elapsed / 8
    direct[size.direct - 1] = elapsed / 8
    return { input, direct, elapsed }
  })
}

function fade(
  before: Interaction | undefined,
  { fast, slow }: { fast: Float64Array; slow: Float64Array },
  elapsedMs: number,
): void {
  if (before === undefined) return
  fast[before.choice] = (fast[before.choice] as number) + outcomeOf(before)
  slow[before.choice] =
    (slow[before.choice] as number) * slowTraceDecay + (1 - slowTraceDecay) * outcomeOf(before) * 2
  const rest = Math.exp(-elapsedMs / fastTraceMs)
  for (let option = 0; option < fast.length; option++) {
    fast[option] = Math.max(-3, Math.min(3, (fast[option] as number) * rest))
  }
}

/** -1 for bad, 1 for good, 0 while unknown. */
function outcomeOf({ reward }: Interaction): number {
  return reward === undefined ? 0 : 2 * reward - 1
}
