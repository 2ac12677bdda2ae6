import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/core/random.ts'
import { type SamplerOptions, sampleToken } from '../../../src/engines/onnx/sampler.ts'

const plain = (seed = 1): SamplerOptions => ({
  temperature: 1,
  topP: 1,
  topK: 0,
  repetitionPenalty: 1,
  random: createRandom(seed),
})
const none: ReadonlySet<number> = new Set()

/** How often each of `logits` is drawn in 4,000 draws. */
function frequencies(logits: number[], options: SamplerOptions): number[] {
  const counts = logits.map(() => 0)
  for (let draw = 0; draw < 4000; draw++) {
    const id = sampleToken(Float32Array.from(logits), none, options)
    counts[id] = (counts[id] ?? 0) + 1
  }
  return counts.map(count => count / 4000)
}

describe('sampling', () => {
  it('draws by the softmax of the logits', () => {
    const [a = 0, b = 0, c = 0] = frequencies([Math.log(6), Math.log(3), Math.log(1)], plain())
    expect(a).toBeCloseTo(0.6, 1)
    expect(b).toBeCloseTo(0.3, 1)
    expect(c).toBeCloseTo(0.1, 1)
  })

  it('keeps the likeliest topK', () => {
    expect(frequencies([1, 3, 2, 0], { ...plain(), topK: 2 }).map(share => share > 0)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('keeps the fewest that reach topP', () => {
    const logits = [0.5, 0.3, 0.15, 0.05].map(Math.log)
    expect(frequencies(logits, { ...plain(), topP: 0.75 }).map(share => share > 0)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('is greedy at temperature 0, whatever else is set', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 1 }), values => {
        const id = sampleToken(Float32Array.from(values), none, { ...plain(), temperature: 0, topP: 0.1 })
        expect(values[id]).toBe(Math.max(...values))
      }),
    )
  })

  it('makes tokens seen before less likely, whichever sign their logit has', () => {
    const seen = new Set([0])
    const greedy = { ...plain(), temperature: 0, repetitionPenalty: 2 }
    expect(sampleToken(Float32Array.of(1.5, 1), seen, greedy)).toBe(1)
    expect(sampleToken(Float32Array.of(-1, -1.5), seen, greedy)).toBe(1)
  })

  it('always gives a token that exists', () => {
    const logits = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 40 })
    const options = fc.record({
      temperature: fc.double({ min: 0.01, max: 5, noNaN: true }),
      topP: fc.double({ min: 0, max: 1, noNaN: true }),
      topK: fc.nat(50),
      repetitionPenalty: fc.double({ min: 0.5, max: 2, noNaN: true }),
      seed: fc.integer(),
    })
    fc.assert(
      fc.property(logits, options, (values, { seed, ...rest }) => {
        const id = sampleToken(Float32Array.from(values), none, { ...rest, random: createRandom(seed) })
        expect(id).toBeGreaterThanOrEqual(0)
        expect(id).toBeLessThan(values.length)
      }),
    )
  })
})
