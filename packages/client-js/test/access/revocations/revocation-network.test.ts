import { describe, expect, it } from 'vitest'
import { type OutcomeCounts, runScene } from './revocation-network.ts'

const seeds = 20

describe('a network that is cut, loses and is slow', () => {
  it(`refuses an ex-delegate within one sync after it heals, and lets none in longer than allowed: ${seeds} seeds`, async () => {
    const counts: OutcomeCounts = { admitted: 0, late: 0, refused: 0, unknown: 0 }
    for (let seed = 1; seed <= seeds; seed++) await runScene(seed, counts)
    console.info(`revocation over a lossy network, ${seeds} seeds:`, counts)
    // Every way to answer was taken.
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(0)
  }, 120_000)
})
