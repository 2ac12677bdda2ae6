import { expect, it } from 'vitest'
import { fuzzCredentials } from './credential-fuzz.ts'

const seed = Number(process.env.LUMOS_FUZZ_SEED ?? 20_261_124)

it('takes none of 1,500 mutated presentations for one', async () => {
  const report = await fuzzCredentials(seed, 1500)
  // The mutations reach the checks behind the parser too.
  expect(Object.keys(report.refusals)).toEqual(expect.arrayContaining(['invalid-proof', 'invalid-request']))
  expect(report.refusals['invalid-proof']).toBeGreaterThan(100)
}, 120_000)
