import { expect, it } from 'vitest'
import { simulateGroup } from './simulation.ts'

const seeds = 200

it(`five members of a group agree over ${seeds} seeds of 100 steps, and outsiders open nothing`, {
  timeout: 20 * 60_000,
}, async () => {
  let epochs = 0
  let said = 0
  for (let seed = 1000; seed < 1000 + seeds; seed++) {
    const outcome = await simulateGroup(seed, { steps: 100 }).catch(cause => {
      throw new Error(`seed ${seed}`, { cause })
    })
    epochs += outcome.epochs
    said += outcome.said
  }
  console.log(`${seeds} seeds: ${epochs} epochs, ${said} sealed messages`)
  expect(said).toBeGreaterThan(seeds * 5)
})

it('twelve members agree over 20 seeds of 100 steps', { timeout: 20 * 60_000 }, async () => {
  for (let seed = 2000; seed < 2020; seed++) {
    await simulateGroup(seed, { steps: 100, people: 12 }).catch(cause => {
      throw new Error(`seed ${seed}`, { cause })
    })
  }
})
