import { expect, it } from 'vitest'
import { fuzzCredentials } from './credential-fuzz.ts'

const seed = Number(process.env.LUMOS_FUZZ_SEED ?? Date.now() % 2 ** 32)

it('crashes, hangs and is forged at none of 100,000 mutated presentations', async () => {
  console.info(`LUMOS_FUZZ_SEED=${seed} repeats this run.`)
  const report = await fuzzCredentials(seed, 100_000)
  console.info(report)
  expect(report.refusals['invalid-proof']).toBeGreaterThan(5000)
}, 1_800_000)
