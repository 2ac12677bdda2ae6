import { applyAffine, backAffine, type CellLayout, type Vector } from './cell-layout.ts'

/** What one step computed, kept for the way back. */
export interface CellStep {
  /** The input, then the state before the step. */
  joined: Float64Array
  elapsed: number
  shared: Float64Array
  early: Float64Array
  late: Float64Array
  rate: Float64Array
  gate: Float64Array
  /** The state after the step. */
  state: Float64Array
}

/**
 * One step of a closed-form continuous-time cell:
 *
 *     b  = tanh(Ws·[u; h] + bs)
 *     σt = sigmoid(−(rate(b)·t + shift(b)))
 *     h′ = σt ⊙ tanh(early(b)) + (1 − σt) ⊙ tanh(late(b))
 *
 * It is the solution of the cell's differential equation at time t, so gaps of any length cost one step.
 *
 * @param elapsed - time since the step before, ≥ 0, in whatever unit the cell is trained with
 * @see Hasani et al., "Closed-form continuous-time neural networks", Nature Machine Intelligence 4, 2022, eq. 10;
 *   `early`, `late` and `rate` are g, h and f there, `shift` is f's part that does not grow with time
 */
export function stepCell(
  parameters: Vector,
  layout: CellLayout,
  { input, state, elapsed }: { input: Vector; state: Vector; elapsed: number },
): CellStep {
  const { inputs, hidden, backbone } = layout
  const step = emptyStep(layout, elapsed)
  step.joined.set(input)
  step.joined.set(state, inputs)
  applyAffine(parameters, layout.shared, step.joined, step.shared)
  for (let unit = 0; unit < backbone; unit++) step.shared[unit] = Math.tanh(step.shared[unit] as number)
  applyAffine(parameters, layout.early, step.shared, step.early)
  applyAffine(parameters, layout.late, step.shared, step.late)
  applyAffine(parameters, layout.rate, step.shared, step.rate)
  applyAffine(parameters, layout.shift, step.shared, step.gate)
  for (let unit = 0; unit < hidden; unit++) {
    const early = Math.tanh(step.early[unit] as number)
    const late = Math.tanh(step.late[unit] as number)
    const gate = 1 / (1 + Math.exp((step.rate[unit] as number) * elapsed + (step.gate[unit] as number)))
    step.early[unit] = early
    step.late[unit] = late
    step.gate[unit] = gate
    step.state[unit] = gate * early + (1 - gate) * late
  }
  return step
}

/**
 * Takes the gradient of the loss by a step's state back to parameters, added to `gradient`.
 *
 * @returns the gradient by the state before the step
 */
export function backCell(
  parameters: Vector,
  layout: CellLayout,
  { step, stateGradient }: { step: CellStep; stateGradient: Vector },
  gradient: Vector,
): Float64Array {
  const { inputs, hidden, backbone } = layout
  const [early, late, rate, shift] = [0, 0, 0, 0].map(() => new Float64Array(hidden)) as Float64Array[]
  for (let unit = 0; unit < hidden; unit++) {
    const slope = stateGradient[unit] as number
    const gate = step.gate[unit] as number
    const [before, after] = [step.early[unit] as number, step.late[unit] as number]
    const gateSlope = -slope * (before - after) * gate * (1 - gate)
    ;(early as Float64Array)[unit] = slope * gate * (1 - before * before)
    ;(late as Float64Array)[unit] = slope * (1 - gate) * (1 - after * after)
    ;(rate as Float64Array)[unit] = gateSlope * step.elapsed
    ;(shift as Float64Array)[unit] = gateSlope
  }
  const sharedGradient = new Float64Array(backbone)
  const heads = [
    [layout.early, early],
    [layout.late, late],
    [layout.rate, rate],
    [layout.shift, shift],
  ] as const
  for (const [affine, outputGradient] of heads) {
    const flow = { input: step.shared, outputGradient: outputGradient as Float64Array }
    backAffine(parameters, affine, flow, { gradient, inputGradient: sharedGradient })
  }
  for (let unit = 0; unit < backbone; unit++) {
    sharedGradient[unit] = (sharedGradient[unit] as number) * (1 - (step.shared[unit] as number) ** 2)
  }
  const joinedGradient = new Float64Array(inputs + hidden)
  const flow = { input: step.joined, outputGradient: sharedGradient }
  backAffine(parameters, layout.shared, flow, { gradient, inputGradient: joinedGradient })
  return joinedGradient.subarray(inputs)
}

function emptyStep({ inputs, hidden, backbone }: CellLayout, elapsed: number): CellStep {
  return {
    elapsed,
    joined: new Float64Array(inputs + hidden),
    shared: new Float64Array(backbone),
    early: new Float64Array(hidden),
    late: new Float64Array(hidden),
    rate: new Float64Array(hidden),
    gate: new Float64Array(hidden),
    state: new Float64Array(hidden),
  }
}
