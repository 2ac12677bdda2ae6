import { expect, it } from 'vitest'
import { fuzzDelegations } from './delegation-fuzz.ts'
import { fuzzEnvelopes } from './envelope-fuzz.ts'
import { FuzzedHost } from './fuzzed-host.ts'
import { fuzzSessions } from './session-fuzz.ts'

const seed = Number(process.env.LUMOS_FUZZ_SEED ?? Date.now() % 2 ** 32)

it.each([
  ['judgeBytes', 80_000],
  ['judgeHttp', 20_000],
] as const)('through %s, lets in none of %d mutated envelopes that nobody signed', async (door, count) => {
  console.info(`LUMOS_FUZZ_SEED=${seed} repeats this run.`)
  await using fuzzed = await FuzzedHost.create(600)
  const judge = fuzzed[door].bind(fuzzed)
  const report = await fuzzEnvelopes({ seed, count, originals: fuzzed.originals, judge })
  console.info(door, report.refusals, { admittedCount: report.admitted.length })
  expect(report.admitted.length).toBeGreaterThan(300)
  const created = report.admitted.filter(({ verb }) => verb === 'thread.create')
  expect(await fuzzed.createdThreadCount()).toBe(created.length)
})

it.each([true, false])('lets nobody in on 10,000 forged delegations, by strangers: %s', async isGuest => {
  console.info(`LUMOS_FUZZ_SEED=${seed} repeats this run.`)
  await using fuzzed = await FuzzedHost.create(1)
  const report = await fuzzDelegations(fuzzed, { seed, count: 10_000, isGuest })
  console.info(report)
  expect(report.admittedCount > 0).toBe(!isGuest)
})

it('lets in none of 50,000 mutated requests of a session, and every one that was not', async () => {
  console.info(`LUMOS_FUZZ_SEED=${seed} repeats this run.`)
  await using fuzzed = await FuzzedHost.create(1)
  const report = await fuzzSessions(fuzzed, seed, 50_000)
  console.info(report)
  expect(Object.keys(report.refusals)).toEqual(['invalid-proof'])
}, 1_800_000)
