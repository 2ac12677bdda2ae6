import { expect, it } from 'vitest'
import { simulateGroup } from './simulation.ts'

it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  'five members of a group agree whatever the relay does to them, and outsiders open nothing (seed %i)',
  { timeout: 60_000 },
  async seed => {
    const { epochs, said } = await simulateGroup(seed, { steps: 60 })
    expect(epochs).toBeGreaterThan(3)
    expect(said).toBeGreaterThan(0)
  },
)
