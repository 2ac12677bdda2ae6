import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/core/random.ts'
import { stepAdam } from '../../../src/engines/liquid/adam.ts'
import { cellLayout } from '../../../src/engines/liquid/cell-layout.ts'
import { stepCell } from '../../../src/engines/liquid/closed-form-cell.ts'
import {
  backNetwork,
  type NetworkInput,
  type NetworkTarget,
  networkLayout,
  runNetwork,
} from '../../../src/engines/liquid/liquid-network.ts'

function scene(seed: number, length: number) {
  const random = createRandom(seed)
  const signed = () => 2 * random() - 1
  const layout = networkLayout({ inputs: 3, hidden: 4, backbone: 6, direct: 2, outputs: 3 })
  const parameters = Float64Array.from({ length: layout.parameterCount }, () => 0.8 * signed())
  const inputs: NetworkInput[] = Array.from({ length }, () => ({
    input: Float64Array.from({ length: 3 }, signed),
    direct: Float64Array.from({ length: 2 }, signed),
    elapsed: 8 * random(),
  }))
  const targets: (NetworkTarget | undefined)[] = inputs.map(() =>
    random() < 0.3
      ? undefined
      : { output: Math.floor(3 * random()), value: random(), weight: 0.2 + random() },
  )
  return { layout, parameters, inputs, targets }
}

describe('the gradient through time', () => {
  it('is that of finite differences, for every parameter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 7 }), (seed, length) => {
        const { layout, parameters, inputs, targets } = scene(seed, length)
        const gradient = new Float64Array(layout.parameterCount)
        backNetwork(parameters, layout, { inputs, targets }, gradient)
        const lossAt = (index: number, by: number) => {
          const moved = parameters.slice()
          moved[index] = (moved[index] as number) + by
          return backNetwork(moved, layout, { inputs, targets }, new Float64Array(layout.parameterCount))
        }
        for (let index = 0; index < layout.parameterCount; index++) {
          const slope = (lossAt(index, 1e-5) - lossAt(index, -1e-5)) / 2e-5
          expect(Math.abs((gradient[index] as number) - slope)).toBeLessThan(
            1e-7 * (1 + Math.abs(slope)) + 1e-8,
          )
        }
      }),
      { numRuns: 20 },
    )
  })

  it('adds to what is there', () => {
    const { layout, parameters, inputs, targets } = scene(1, 4)
    const once = new Float64Array(layout.parameterCount)
    const loss = backNetwork(parameters, layout, { inputs, targets }, once)
    const twice = once.slice()
    expect(backNetwork(parameters, layout, { inputs, targets }, twice)).toBe(loss)
    for (const [index, slope] of once.entries()) expect(twice[index]).toBeCloseTo(2 * slope, 12)
  })
})

describe('a closed-form cell', () => {
  const layout = cellLayout({ inputs: 1, hidden: 1, backbone: 1 })

  it('is the published equation', () => {
    // shared: W = [0.5, 0.25], b = 0.1; then weight and bias of early, late, rate and shift.
    const parameters = [0.5, 0.25, 0.1, 0.7, -0.2, -0.4, 0.3, 0.6, 0.5, -0.1, 0.2]
    expect(parameters).toHaveLength(layout.parameterCount)
    const { state } = stepCell(Float64Array.from(parameters), layout, {
      input: Float64Array.of(0.8),
      state: Float64Array.of(-0.5),
      elapsed: 1.5,
    })
    const b = Math.tanh(0.5 * 0.8 + 0.25 * -0.5 + 0.1)
    const gate = 1 / (1 + Math.exp((0.6 * b + 0.5) * 1.5 + (-0.1 * b + 0.2)))
    const expected = gate * Math.tanh(0.7 * b - 0.2) + (1 - gate) * Math.tanh(-0.4 * b + 0.3)
    expect(state[0]).toBeCloseTo(expected, 14)
  })

  it('comes to rest: after a long time the state is that of its late head', () => {
    const parameters = Float64Array.of(0.5, 0.25, 0.1, 0.7, -0.2, -0.4, 0.3, 0.1, 0.5, 0, 0)
    const after = (elapsed: number) =>
      stepCell(parameters, layout, { input: Float64Array.of(0.8), state: Float64Array.of(0.3), elapsed })
    const { late, state } = after(1e6)
    expect(state[0]).toBeCloseTo(late[0] as number, 12)
    expect(Math.abs((after(0).state[0] as number) - (late[0] as number))).toBeGreaterThan(0.03)
  })
})

describe('learning', () => {
  it('finds what depends on the time that passed: the same input means something else after a while', () => {
    const layout = networkLayout({ inputs: 1, hidden: 4, backbone: 8, direct: 1, outputs: 1 })
    const random = createRandom(3)
    const parameters = Float64Array.from({ length: layout.parameterCount }, () => random() - 0.5)
    const moments = { first: parameters.slice().fill(0), second: parameters.slice().fill(0), count: 0 }
    const example = (sign: number, elapsed: number) => ({
      inputs: [
        { input: Float64Array.of(sign), direct: Float64Array.of(0), elapsed: 0 },
        { input: Float64Array.of(0), direct: Float64Array.of(0), elapsed },
      ],
      // Soon after it, what was said holds; later its opposite.
      targets: [undefined, { output: 0, value: sign > 0 === elapsed < 2 ? 1 : 0, weight: 1 }],
    })
    const examples = [-1, 1].flatMap(sign => [0.2, 0.8, 3, 5].map(elapsed => example(sign, elapsed)))
    for (let round = 0; round < 400; round++) {
      const gradient = new Float64Array(layout.parameterCount)
      for (const { inputs, targets } of examples)
        backNetwork(parameters, layout, { inputs, targets }, gradient)
      stepAdam(parameters, gradient, moments, {
        learningRate: 0.02,
        maxNorm: 1,
        weightDecay: 0,
        slowness: 1,
        slowCount: 0,
      })
    }
    for (const { inputs, targets } of examples) {
      const probability = runNetwork(parameters, layout, inputs).at(-1)?.[0] as number
      expect(Math.abs(probability - (targets[1]?.value ?? 0))).toBeLessThan(0.1)
    }
  })

  it('leaves everything as it was when a gradient is not a number', () => {
    const parameters = Float64Array.of(1, 2)
    const moments = { first: new Float64Array(2), second: new Float64Array(2), count: 0 }
    const options = { learningRate: 0.1, maxNorm: 1, weightDecay: 0.1, slowness: 1, slowCount: 0 }
    stepAdam(parameters, Float64Array.of(Number.NaN, 1), moments, options)
    expect([...parameters, moments.count]).toEqual([1, 2, 0])
  })
})
