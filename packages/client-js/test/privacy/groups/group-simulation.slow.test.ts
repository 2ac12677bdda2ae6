import { expect, it } from 'vitest'
import { simulateGroup } from './simulation.ts'

const batches = Array.from({ length: 20 }, (_, batch) => 1000 + batch * 10)
const timeout = 15 * 60_000

it.each(batches)(
  'five members of a group agree over ten seeds of 100 steps, and outsiders open nothing (from seed %i)',
  { timeout },
  async first => {
    let said = 0
    for (let seed = first; seed < first + 10; seed++) said += (await simulated(seed, 5)).said
    expect(said).toBeGreaterThan(50)
  },
)

it('twelve members agree over 20 seeds of 100 steps', { timeout }, async () => {
  for (let seed = 2000; seed < 2020; seed++) await simulated(seed, 12)
})

function simulated(seed: number, people: number) {
  return simulateGroup(seed, { steps: 100, people }).catch(cause => {
    throw new Error(`seed ${seed}`, { cause })
  })
}
