import type { Affine } from './cell-layout.ts'
import type { NetworkLayout } from './liquid-network.ts'

/**
 * Weights to begin with: a state that remembers its inputs over several spans of time, and a readout that foretells
 * even odds. The shared layer hands the state on, `early` keeps it, `late` forgets it, and the rates of the units
 * are spread from minutes to days.
 */
export function initialWeights(layout: NetworkLayout, random: () => number): Float64Array {
  const { cell, hidden, inputs } = layout
  const weights = new Float64Array(layout.parameterCount)
  fill(weights, cell.shared, random, 0.6 / Math.sqrt(inputs))
  fill(weights, cell.early, random, 0.1)
  fill(weights, cell.late, random, 0.1)
  fill(weights, cell.rate, random, 0.02)
  fill(weights, cell.shift, random, 0.02)
  for (let unit = 0; unit < hidden; unit++) {
    const into = cell.shared.offset + unit * cell.shared.columns + inputs
    for (let from = 0; from < hidden; from++) weights[into + from] = from === unit ? 0.9 : 0
    weights[cell.early.offset + unit * cell.early.columns + unit] = 1.1
    const spread = hidden === 1 ? 0 : unit / (hidden - 1)
    weights[cell.rate.offset + hidden * cell.rate.columns + unit] = 0.15 * 10 ** spread
    weights[cell.shift.offset + hidden * cell.shift.columns + unit] = -2
  }
  return weights
}

/** Uniform from -`scale` to `scale`; biases stay zero. */
function fill(
  weights: Float64Array,
  { offset, rows, columns }: Affine,
  random: () => number,
  scale: number,
): void {
  for (let index = 0; index < rows * columns; index++) weights[offset + index] = scale * (2 * random() - 1)
}
