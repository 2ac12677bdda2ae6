import fc from 'fast-check'
import { expect } from 'vitest'
import { Judge } from './judge-case.ts'
import { isAllowed } from './oracle.ts'
import { randomCase } from './random-chains.ts'

/** Puts `count` random cases to both, and prints the seed that repeats them. */
export async function compareWithOracle(count: number): Promise<void> {
  const seed = Number(process.env.LUMOS_SEED ?? Date.now() & 0x7fffffff)
  const judge = await Judge.create()
  const counts = { allowed: 0, refused: 0, escalations: 0, losses: 0 }
  await fc.assert(
    fc.asyncProperty(randomCase, async each => {
      const allowed = isAllowed(each.query, each.links)
      const admitted = await judge.isAdmitted(each)
      counts[allowed ? 'allowed' : 'refused']++
      if (admitted && !allowed) counts.escalations++
      if (allowed && !admitted) counts.losses++
      expect(admitted).toBe(allowed)
    }),
    { numRuns: count, seed, endOnFailure: true },
  )
  console.info(`${count} random chains against the oracle, seed ${seed}:`, counts)
  expect(counts.escalations + counts.losses).toBe(0)
  // Both answers are common, or the comparison says little.
  expect(Math.min(counts.allowed, counts.refused)).toBeGreaterThan(count / 5)
}
