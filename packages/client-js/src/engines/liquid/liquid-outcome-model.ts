import type { Interaction, LearnedState, OutcomeModel, OutcomeShape } from '../../contracts/index.ts'
import { createRandom } from '../../core/index.ts'
import { type AdamOptions, stepAdam } from './adam.ts'
import type { Vector } from './cell-layout.ts'
import { encodedSize, encodeHistory, maxHistory } from './encode-history.ts'
import { initialWeights } from './initial-weights.ts'
import {
  backNetwork,
  type NetworkInput,
  type NetworkLayout,
  type NetworkTarget,
  networkLayout,
  runNetwork,
} from './liquid-network.ts'

export interface LiquidOptions {
  /** Units of state. @default 12 */
  hidden?: number
  /** Sequences learned from at each feedback. @default 4 */
  sequencesPerFeedback?: number
  /** Of the readout. @default 0.02 */
  learningRate?: number
  /** How much more slowly the cell learns: a few hundred events settle a readout, not a cell. @default 10 */
  cellSlowness?: number
  /** @default 0.01 */
  weightDecay?: number
}

/** Rare choices count for more, but none for more than this many common ones. */
const maxImportance = 4
/** Steps of a sequence that only warm the state up, where it does not begin with the history. */
const warmUp = 8

/** Each so many sequences one is learned without its outcomes as inputs: they may be unknown, or distrusted. */
const blindEvery = 4

/** A small closed-form continuous-time network that foretells the reward of each option. */
export function liquidOutcomeModel(options: LiquidOptions = {}): OutcomeModel {
  return new LiquidOutcomeModel(options)
}

class LiquidOutcomeModel implements OutcomeModel {
  readonly format: string
  readonly #hidden: number
  readonly #sequences: number
  readonly #adam: Omit<AdamOptions, 'slowCount'>

  constructor({
    hidden = 12,
    sequencesPerFeedback = 4,
    learningRate = 0.02,
    cellSlowness = 10,
    weightDecay = 0.01,
  }: LiquidOptions) {
    this.format = `cfc-${hidden}/1`
    this.#hidden = hidden
    this.#sequences = sequencesPerFeedback
    this.#adam = { learningRate, slowness: cellSlowness, weightDecay, maxNorm: 1 }
  }

  parameterCount(shape: OutcomeShape): number {
    return this.#layout(shape).parameterCount
  }

  create(shape: OutcomeShape, seed: number): LearnedState {
    const layout = this.#layout(shape)
    const weights = new Float32Array(initialWeights(layout, createRandom(seed)))
    return { weights, moments: new Float32Array(2 * layout.parameterCount), steps: 0 }
  }

  predict(weights: Float32Array, shape: OutcomeShape, history: readonly Interaction[]): Float64Array {
    const inputs = encodeHistory(shape, history.slice(-maxHistory))
    const last = runNetwork(Float64Array.from(weights), this.#layout(shape), inputs).at(-1)
    return last ?? new Float64Array(shape.options.length).fill(0.5)
  }

  learn(state: LearnedState, shape: OutcomeShape, history: readonly Interaction[], seed: number): void {
    const layout = this.#layout(shape)
    const random = createRandom(seed)
    const { parameterCount } = layout
    const moments = {
      first: state.moments.subarray(0, parameterCount),
      second: state.moments.subarray(parameterCount),
      count: state.steps,
    }
    for (let index = 0; index < this.#sequences; index++) {
      // The newest sequence first, then any.
      const last = Math.max(0, history.length - maxHistory)
      const start = index === 0 ? last : Math.floor(random() * (last + 1))
      const gradient = new Float64Array(parameterCount)
      const part = history.slice(start, start + maxHistory)
      if (
        accumulate(
          Float64Array.from(state.weights),
          layout,
          { shape, part, isStart: start === 0, isBlind: index % blindEvery === blindEvery - 1 },
          gradient,
        )
      ) {
        stepAdam(state.weights, gradient, moments, { ...this.#adam, slowCount: layout.cell.parameterCount })
      }
    }
    state.steps = moments.count
  }

  influences(weights: Float32Array, shape: OutcomeShape): Record<string, number> {
    const { cell, readout, hidden } = this.#layout(shape)
    const reach = shape.features.map((name, index): [string, number] => {
      const direct = meanAbsolute(weights, readout, hidden + index)
      return [name, direct + meanAbsolute(weights, cell.shared, index)]
    })
    return Object.fromEntries(reach)
  }

  #layout(shape: OutcomeShape): NetworkLayout {
    return networkLayout({
      ...encodedSize(shape),
      hidden: this.#hidden,
      backbone: 2 * this.#hidden,
      outputs: shape.options.length,
    })
  }
}

/** @returns whether there was anything to learn */
function accumulate(
  weights: Vector,
  layout: NetworkLayout,
  {
    shape,
    part,
    isStart,
    isBlind,
  }: { shape: OutcomeShape; part: readonly Interaction[]; isStart: boolean; isBlind: boolean },
  gradient: Float64Array,
): boolean {
  const seen = isBlind ? part.map(({ reward: _, ...rest }) => rest) : part
  const inputs: NetworkInput[] = encodeHistory(shape, seen)
  const known = part.map((interaction, index) => {
    const isWarm = isStart || index >= Math.min(warmUp, part.length - 1)
    return isWarm && interaction.reward !== undefined
  })
  const count = known.filter(Boolean).length
  if (count === 0) return false
  const targets = part.map((interaction, index): NetworkTarget | undefined => {
    if (!known[index]) return undefined
    const weight = Math.min(maxImportance, 1 / interaction.propensity) / count
    return { output: interaction.choice, value: interaction.reward ?? 0, weight }
  })
  backNetwork(weights, layout, { inputs, targets }, gradient)
  return true
}

function meanAbsolute(
  weights: Vector,
  { offset, rows, columns }: { offset: number; rows: number; columns: number },
  column: number,
): number {
  let sum = 0
  for (let row = 0; row < rows; row++) sum += Math.abs(weights[offset + row * columns + column] as number)
  return sum / rows
}
