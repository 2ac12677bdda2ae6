import { expect, it } from 'vitest'
import { fuzzDidLogs } from './did-log-fuzz.ts'

const seed = Number(process.env.LUMOS_FUZZ_SEED ?? Date.now() % 2 ** 32)

it('crashes, hangs and is forged at none of 100,000 mutated DID logs', async () => {
  console.info(`LUMOS_FUZZ_SEED=${seed} repeats this run.`)
  const report = await fuzzDidLogs(seed, 100_000)
  console.info(report)
  expect(report.acceptedCount).toBeGreaterThan(300)
}, 1_800_000)
