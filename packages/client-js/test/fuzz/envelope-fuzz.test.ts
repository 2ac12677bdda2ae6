import { expect, it } from 'vitest'
import { fuzzDelegations } from './delegation-fuzz.ts'
import { fuzzEnvelopes } from './envelope-fuzz.ts'
import { FuzzedHost } from './fuzzed-host.ts'
import { fuzzSessions } from './session-fuzz.ts'

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
  60_000,
)

it('lets nobody in on 1,000 forged delegations in well-signed envelopes, 0 escalations', async () => {
  await using fuzzed = await FuzzedHost.create(1)
  const ofStrangers = await fuzzDelegations(fuzzed, { seed, count: 500, isGuest: true })
  expect(ofStrangers.admittedCount).toBe(0)
  expect(Object.keys(ofStrangers.refusals)).toEqual(
    expect.arrayContaining(['forbidden', 'invalid-request', 'malformed-frame']),
  )
  const ofHolders = await fuzzDelegations(fuzzed, { seed, count: 500, isGuest: false })
  // Who holds a genuine one beside a forged one still passes: otherwise this would show nothing.
  expect(ofHolders.admittedCount).toBeGreaterThan(20)
}, 60_000)

it('lets in none of 1,000 mutated requests of a session, and every one that was not', async () => {
  await using fuzzed = await FuzzedHost.create(1)
  const report = await fuzzSessions(fuzzed, seed, 1000)
  // Nothing that no key proves is looked into.
  expect(Object.keys(report.refusals)).toEqual(['invalid-proof'])
  expect(report.refusals['invalid-proof']).toBeGreaterThan(900)
  expect(report.admittedCount).toBe(2001)
}, 60_000)
