import type { Interaction, LearnedState, OutcomeModel, OutcomeShape } from '../../../src/contracts/index.ts'
import { stepAdam } from '../../../src/engines/liquid/adam.ts'
import type { Vector } from '../../../src/engines/liquid/cell-layout.ts'
import { encodedSize, encodeHistory, maxHistory } from '../../../src/engines/liquid/encode-history.ts'
import { createRandom } from '../../../src/engines/onnx/random.ts'

export interface LogisticOptions {
  learningRate?: number
  weightDecay?: number
  passes?: number
  /** With every product of what is known now and what happened before. */
  crosses?: boolean
}

/**
 * The baseline: for each option a logistic regression over the same features, lags and fading sums that the liquid
 * network's readout has, with the same optimiser, replay and importance weights.
 */
export function logisticOutcomeModel(options: LogisticOptions = {}): OutcomeModel {
  const { learningRate = 0.02, weightDecay = 0.01, passes = 4, crosses = false } = options
  const encode = (shape: OutcomeShape, history: readonly Interaction[]) =>
    encodeHistory(shape, history).map(({ direct }) => (crosses ? crossed(direct, shape) : direct))
  const width = (shape: OutcomeShape) => {
    const { direct } = encodedSize(shape)
    return 1 + (crosses ? crossed(new Float64Array(direct), shape).length : direct)
  }
  const count = (shape: OutcomeShape) => width(shape) * shape.options.length
  const scores = (weights: Float32Array, shape: OutcomeShape, row: Vector) =>
    Float64Array.from(shape.options, (_, option) => {
      const start = option * (row.length + 1)
      let sum = weights[start + row.length] as number
      for (const [index, value] of row.entries()) sum += value * (weights[start + index] as number)
      return 1 / (1 + Math.exp(-sum))
    })
  return {
    format: 'logistic/1',
    parameterCount: count,
    create(shape) {
      return {
        weights: new Float32Array(count(shape)),
        moments: new Float32Array(2 * count(shape)),
        steps: 0,
      }
    },
    predict(weights, shape, history) {
      return scores(weights, shape, encode(shape, history.slice(-maxHistory)).at(-1) as Float64Array)
    },
    learn(state, shape, history, seed) {
      const random = createRandom(seed)
      const size = count(shape)
      const moments = {
        first: state.moments.subarray(0, size),
        second: state.moments.subarray(size),
        count: state.steps,
      }
      for (let pass = 0; pass < passes; pass++) {
        const last = Math.max(0, history.length - maxHistory)
        const start = pass === 0 ? last : Math.floor(random() * (last + 1))
        const part = history.slice(start, start + maxHistory)
        const isBlind = pass % 4 === 3
        const rows = encode(shape, isBlind ? part.map(({ reward: _, ...rest }) => rest) : part)
        const gradient = new Float64Array(size)
        const known = part.filter(({ reward }) => reward !== undefined).length
        for (const [index, interaction] of part.entries()) {
          if (interaction.reward === undefined) continue
          const row = rows[index] as Float64Array
          const { choice, reward, propensity } = interaction
          const slope =
            (((scores(state.weights, shape, row)[choice] as number) - reward) * Math.min(4, 1 / propensity)) /
            known
          const offset = choice * (row.length + 1)
          for (const [column, value] of row.entries()) {
            gradient[offset + column] = (gradient[offset + column] as number) + slope * value
          }
          gradient[offset + row.length] = (gradient[offset + row.length] as number) + slope
        }
        stepAdam(state.weights, gradient, moments, {
          learningRate,
          weightDecay,
          maxNorm: 1,
          slowness: 1,
          slowCount: 0,
        })
      }
      state.steps = moments.count satisfies LearnedState['steps']
    },
    influences: () => ({}),
  }
}

function crossed(direct: Vector, { features }: OutcomeShape): Float64Array {
  const [now, before] = [direct.subarray(0, features.length), direct.subarray(features.length)]
  return Float64Array.from([...direct, ...[...now].flatMap(value => [...before].map(other => value * other))])
}
