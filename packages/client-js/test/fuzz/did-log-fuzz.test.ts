import { expect, it } from 'vitest'
import { fuzzDidLogs } from './did-log-fuzz.ts'

const seed = Number(process.env.LUMOS_FUZZ_SEED ?? 20_261_124)

it('takes none of 3,000 mutated DID logs for one, unless it is what was signed or its beginning', async () => {
  const report = await fuzzDidLogs(seed, 3000)
  // The mutations reach every check, and harmless ones still pass: otherwise this would show nothing.
  expect(Object.keys(report.refusals).sort()).toEqual([
    'invalid-proof',
    'invalid-request',
    'malformed-frame',
    'too-large',
  ])
  expect(report.acceptedCount).toBeGreaterThan(20)
}, 120_000)
