import {
  type Affine,
  affineSize,
  applyAffine,
  backAffine,
  type CellLayout,
  cellLayout,
  type Vector,
} from './cell-layout.ts'
import { backCell, type CellStep, stepCell } from './closed-form-cell.ts'

export interface NetworkSize {
  /** Of the cell. */
  inputs: number
  hidden: number
  backbone: number
  /** Numbers that go to the outputs directly, beside the state. */
  direct: number
  outputs: number
}

/** A closed-form cell, and an affine map of [state, direct inputs] to logits. */
export interface NetworkLayout extends NetworkSize {
  cell: CellLayout
  readout: Affine
  parameterCount: number
}

export interface NetworkInput {
  input: Vector
  direct: Vector
  elapsed: number
}

/** The output whose truth is known at a step, and how much it counts. */
export interface NetworkTarget {
  output: number
  /** From 0 to 1. */
  value: number
  weight: number
}

export function networkLayout(size: NetworkSize): NetworkLayout {
  const cell = cellLayout(size)
  const readout = {
    offset: cell.parameterCount,
    rows: size.outputs,
    columns: size.hidden + size.direct,
  }
  return { ...size, cell, readout, parameterCount: cell.parameterCount + affineSize(readout) }
}

interface NetworkStep {
  cell: CellStep
  /** The state, then the direct inputs. */
  read: Float64Array
  probabilities: Float64Array
}

/** The state begins at zero. @returns for each step the probability of each output, from 0 to 1 */
export function runNetwork(
  parameters: Vector,
  layout: NetworkLayout,
  inputs: readonly NetworkInput[],
): Float64Array[] {
  return forward(parameters, layout, inputs).map(({ probabilities }) => probabilities)
}

/**
 * Adds the gradient of the loss over a sequence to `gradient`: the sum over targets of weight × cross-entropy.
 * Exact within the sequence; what was before it is not reached (truncated back-propagation through time).
 *
 * @param targets - by step; undefined where nothing is known
 * @returns the loss, in nats
 */
export function backNetwork(
  parameters: Vector,
  layout: NetworkLayout,
  { inputs, targets }: { inputs: readonly NetworkInput[]; targets: readonly (NetworkTarget | undefined)[] },
  gradient: Vector,
): number {
  const steps = forward(parameters, layout, inputs)
  let loss = 0
  let stateGradient = new Float64Array(layout.hidden)
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index] as NetworkStep
    const target = targets[index]
    if (target !== undefined) {
      const probability = step.probabilities[target.output] as number
      loss += target.weight * crossEntropy(target.value, probability)
      const outputGradient = new Float64Array(layout.outputs)
      outputGradient[target.output] = target.weight * (probability - target.value)
      const readGradient = new Float64Array(layout.hidden + layout.direct)
      const flow = { input: step.read, outputGradient }
      backAffine(parameters, layout.readout, flow, { gradient, inputGradient: readGradient })
      for (let unit = 0; unit < layout.hidden; unit++) {
        stateGradient[unit] = (stateGradient[unit] as number) + (readGradient[unit] as number)
      }
    }
    stateGradient = new Float64Array(
      backCell(parameters, layout.cell, { step: step.cell, stateGradient }, gradient),
    )
  }
  return loss
}

function forward(parameters: Vector, layout: NetworkLayout, inputs: readonly NetworkInput[]): NetworkStep[] {
  let state = new Float64Array(layout.hidden)
  return inputs.map(({ input, direct, elapsed }) => {
    const cell = stepCell(parameters, layout.cell, { input, state, elapsed })
    state = cell.state as Float64Array<ArrayBuffer>
    const read = new Float64Array(layout.hidden + layout.direct)
    read.set(state)
    read.set(direct, layout.hidden)
    const probabilities = new Float64Array(layout.outputs)
    applyAffine(parameters, layout.readout, read, probabilities)
    for (let output = 0; output < layout.outputs; output++) {
      probabilities[output] = 1 / (1 + Math.exp(-(probabilities[output] as number)))
    }
    return { cell, read, probabilities }
  })
}

/** Never infinite: a probability of 0 or 1 is a rounding of one beside it. */
function crossEntropy(value: number, probability: number): number {
  const safe = Math.min(1 - 1e-12, Math.max(1e-12, probability))
  return -value * Math.log(safe) - (1 - value) * Math.log(1 - safe)
}
