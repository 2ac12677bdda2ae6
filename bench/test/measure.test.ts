import { describe, expect, it } from 'vitest'
import { interleave, median, medianRatio } from '../src/request-path/measure.ts'

describe('measuring', () => {
  it('takes the middle value, and of two middle ones the mean', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([9, 1, 5, 7])).toBe(6)
  })

  it('compares values of the same round, so that a slow round changes nothing', () => {
    expect(medianRatio([2, 200, 2], [1, 100, 1])).toBe(2)
  })

  it('measures each in every round, in another order, and leaves the warm-up out', async () => {
    const order: string[] = []
    const note = (name: string) => async () => order.push(name)
    const rounds = await interleave({ a: note('a'), b: note('b') }, { rounds: 2, warmUpRounds: 1 })
    expect(order.join('')).toBe('abbaab')
    expect(rounds).toEqual({ a: [4, 5], b: [3, 6] })
  })
})
