import type { Interaction, LearnedState, OutcomeModel, OutcomeShape } from '../../contracts/index.ts'
import { createRandom, type Random } from '../../core/index.ts'
import { type AdamOptions, stepAdam } from './adam.ts'
import type { Vector } from './cell-layout.ts'
import { encodedSize, encodeHistory, maxHistory } from './encode-history.ts'

export interface LogisticOptions {
  /** @default 0.02 */
  learningRate?: number
  /** @default 0.01 */
  weightDecay?: number
  /** Sequences learned from each time: the newest, then any. @default 4 */
  passes?: number
}

/** So much a rarely taken choice may count at most. */
const maxImportance = 4
/** Each so many passes one is learned without its outcomes as inputs: they may be unknown, or distrusted. */
const blindEvery = 4

/**
 * For each option a logistic regression over what is known now, the last outcomes, and their fading sums: what a
 * liquid network reads directly, learned with the same optimiser, replay and importance weights. Few events suffice
 * it, and it takes microseconds.
 */
export function logisticOutcomeModel(options: LogisticOptions = {}): OutcomeModel {
  return new LogisticOutcomeModel(options)
}

class LogisticOutcomeModel implements OutcomeModel {
  readonly format = 'logistic/1'
  readonly #passes: number
  readonly #adam: AdamOptions

  constructor({ learningRate = 0.02, weightDecay = 0.01, passes = 4 }: LogisticOptions) {
    this.#passes = passes
    this.#adam = { learningRate, weightDecay, maxNorm: 1, slowness: 1, slowCount: 0 }
  }

  parameterCount(shape: OutcomeShape): number {
    return rowSize(shape) * shape.options.length
  }

  create(shape: OutcomeShape): LearnedState {
    const size = this.parameterCount(shape)
    return { weights: new Float32Array(size), moments: new Float32Array(2 * size), steps: 0 }
  }

  predict(weights: Float32Array, shape: OutcomeShape, history: readonly Interaction[]): Float64Array {
    const last = encodeHistory(shape, history.slice(-maxHistory)).at(-1)
    if (last === undefined) return new Float64Array(shape.options.length).fill(0.5)
    return Float64Array.from(shape.options, (_, option) => expected(weights, option, last.direct))
  }

  learn(state: LearnedState, shape: OutcomeShape, history: readonly Interaction[], seed: number): void {
    const random = createRandom(seed)
    const size = this.parameterCount(shape)
    const moments = {
      first: state.moments.subarray(0, size),
      second: state.moments.subarray(size),
      count: state.steps,
    }
    for (let pass = 0; pass < this.#passes; pass++) {
      const part = sequence(history, pass === 0 ? undefined : random)
      const isBlind = pass % blindEvery === blindEvery - 1
      stepAdam(state.weights, gradientOf(state.weights, shape, part, isBlind), moments, this.#adam)
    }
    state.steps = moments.count
  }

  influences(weights: Float32Array, shape: OutcomeShape): Record<string, number> {
    const size = rowSize(shape)
    const reach = shape.features.map((name, index): [string, number] => {
      const sum = shape.options.reduce(
        (total, _, option) => total + Math.abs(weights[option * size + index] ?? 0),
        0,
      )
      return [name, sum / shape.options.length]
    })
    return Object.fromEntries(reach)
  }
}

/** Weights of one option: one per input, and a constant. */
function rowSize(shape: OutcomeShape): number {
  return encodedSize(shape).direct + 1
}

/** The newest interactions, or any that follow each other. */
function sequence(history: readonly Interaction[], random: Random | undefined): readonly Interaction[] {
  const last = Math.max(0, history.length - maxHistory)
  const start = random === undefined ? last : Math.floor(random() * (last + 1))
  return history.slice(start, start + maxHistory)
}

function expected(weights: Float32Array, option: number, row: Vector): number {
  const start = option * (row.length + 1)
  let sum = weights[start + row.length] as number
  for (let index = 0; index < row.length; index++) {
    sum += (row[index] as number) * (weights[start + index] as number)
  }
  return 1 / (1 + Math.exp(-sum))
}

/** Of the cross entropy with the rewards that are known, each weighted by how unlikely its choice was. */
function gradientOf(
  weights: Float32Array,
  shape: OutcomeShape,
  part: readonly Interaction[],
  isBlind: boolean,
): Float64Array {
  const rows = encodeHistory(shape, isBlind ? part.map(({ reward: _, ...rest }) => rest) : part)
  const gradient = new Float64Array(weights.length)
  const known = part.filter(({ reward }) => reward !== undefined).length
  for (const [index, { choice, reward, propensity }] of part.entries()) {
    const row = rows[index]?.direct
    if (reward === undefined || row === undefined) continue
    const importance = Math.min(maxImportance, 1 / propensity)
    const slope = ((expected(weights, choice, row) - reward) * importance) / known
    const start = choice * (row.length + 1)
    for (let column = 0; column < row.length; column++) {
      gradient[start + column] = (gradient[start + column] as number) + slope * (row[column] as number)
    }
    gradient[start + row.length] = (gradient[start + row.length] as number) + slope
  }
  return gradient
}
