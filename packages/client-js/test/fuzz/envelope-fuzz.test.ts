import { expect, it } from 'vitest'
import { fuzzEnvelopes } from './envelope-fuzz.ts'
import { FuzzedHost } from './fuzzed-host.ts'

const seed = Number(process.env.LUMOS_FUZZ_SEED ?? 20_261_124)

it.each(['judgeBytes', 'judgeHttp'] as const)(
  'lets none of 1,000 mutated envelopes in unless it means what was signed, through %s',
  async door => {
    await using fuzzed = await FuzzedHost.create(60)
    const judge = fuzzed[door].bind(fuzzed)
    const report = await fuzzEnvelopes({ seed, count: 1000, originals: fuzzed.originals, judge })
    // The mutations reach every check, and harmless ones still pass: otherwise this would show nothing.
    expect(Object.keys(report.refusals)).toEqual(
      expect.arrayContaining([
        'malformed-frame',
        'too-large',
        'invalid-request',
        'invalid-proof',
        'replayed-request',
      ]),
    )
    expect(report.admitted.length).toBeGreaterThan(20)
    const created = report.admitted.filter(({ verb }) => verb === 'thread.create')
    expect(await fuzzed.createdThreadCount()).toBe(created.length)
  },
)
