import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject, PrincipalDid, Store } from '../../../src/contracts/index.ts'
import { createRandom } from '../../../src/core/random.ts'
import { liquidOutcomeModel, logisticOutcomeModel } from '../../../src/engines/liquid/index.ts'
import { createAdaptivePolicy } from '../../../src/inference/adaptive/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { CrashingStore } from '../../../src/testing/crashing-store.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'

const alice = 'did:key:alice' as PrincipalDid
const bob = 'did:key:bob' as PrincipalDid

function setUp(options: { store?: Store; maxEvents?: number; name?: string } = {}) {
  const clock = new ManualClock()
  const store = options.store ?? new MemoryStore()
  const policy = createAdaptivePolicy({
    name: 'route',
    features: ['code', 'size'],
    options: ['device', 'cloud'],
    // The small one: these tests are about the guard rails, whatever learns.
    model: logisticOutcomeModel({ passes: 4, learningRate: 0.05 }),
    clock,
    ...options,
    store,
  })
  return { policy, clock, store }
}

type Setup = ReturnType<typeof setUp>

/** One request: code belongs to the cloud, the rest to the device; `isHostile` says the opposite. */
async function ask({ policy, clock }: Setup, number: number, isHostile = false) {
  clock.advance(60_000)
  const isCode = (number * 7) % 3 === 0
  const { choice, version } = await policy.decide({
    owner: alice,
    decisionId: `d${number}`,
    context: { code: isCode ? 1 : 0, size: 0.2 },
  })
  const isRight = choice === (isCode ? 'cloud' : 'device')
  await policy.feedback({ owner: alice, decisionId: `d${number}`, reward: isRight !== isHostile ? 1 : 0 })
  return { isRight, version }
}

async function askUntilPromoted(setup: Setup): Promise<number> {
  for (let number = 1; number <= 300; number++) {
    await ask(setup, number)
    if ((await setup.policy.inspect(alice)).version > 0) return number
  }
  throw new Error('Nothing was promoted.')
}

describe('an adaptive policy', () => {
  it('begins with the fixed rule, and new weights decide only after they proved better', async () => {
    const setup = setUp()
    const first = await setup.policy.decide({ owner: alice, decisionId: 'a', context: { code: 1 } })
    expect(first).toMatchObject({ version: 0, scores: { device: 0.5, cloud: 0.5 } })
    const promotedAt = await askUntilPromoted(setup)
    // 40 events at least that the weights had not learned from.
    expect(promotedAt).toBeGreaterThanOrEqual(40)
    const report = await setup.policy.inspect(alice)
    expect(report).toMatchObject({ status: 'learning', version: 1, feedbackCount: promotedAt })
    expect(report.changes.at(-1)).toMatchObject({ version: 1, reason: 'promoted' })
    expect(report.changes.at(-1)?.gain).toBeGreaterThan(0)
    let right = 0
    for (let number = 400; number < 500; number++) right += (await ask(setup, number)).isRight ? 1 : 0
    expect(right).toBeGreaterThan(80)
  })

  it('does not promote when feedback is a coin: nothing is there to learn', async () => {
    let promotions = 0
    for (let seed = 1; seed <= 6; seed++) {
      const { policy, clock } = setUp()
      const coin = createRandom(seed)
      for (let number = 0; number < 120; number++) {
        clock.advance(60_000)
        const decisionId = `${seed}-${number}`
        await policy.decide({ owner: alice, decisionId, context: { code: number % 2 } })
        await policy.feedback({
          owner: alice,
          decisionId,
          reward: coin() < 0.5 ? 1 : 0,
        })
      }
      promotions += (await policy.inspect(alice)).version
    }
    expect(promotions).toBeLessThanOrEqual(1)
  })

  it('goes back when feedback turns adversarial, distrusts it, and goes on once it agrees again', async () => {
    const setup = setUp()
    const start = await askUntilPromoted(setup)
    let number = 1000 + start
    let hostile = 0
    while ((await setup.policy.inspect(alice)).status === 'learning' && hostile < 120) {
      await ask(setup, ++number, true)
      hostile++
    }
    expect(hostile).toBeLessThan(60)
    const suspended = await setup.policy.inspect(alice)
    expect(suspended).toMatchObject({ status: 'suspended', version: 0 })
    expect(suspended.changes.at(-1)?.reason).toBe('rolled-back')
    for (let more = 0; more < 60; more++) await ask(setup, ++number, true)
    expect(await setup.policy.inspect(alice)).toMatchObject({ status: 'suspended', version: 0 })
    for (let more = 0; more < 100; more++) await ask(setup, ++number)
    expect((await setup.policy.inspect(alice)).status).toBe('learning')
  })

  it('takes contradiction that lasts for a new habit', async () => {
    const setup = setUp()
    let number = 1000 + (await askUntilPromoted(setup))
    for (let more = 0; more < 420; more++) await ask(setup, ++number, true)
    const report = await setup.policy.inspect(alice)
    expect(report.status).toBe('learning')
    expect(report.changes.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['rolled-back', 'accepted']),
    )
  })

  it('gives the same decision to the same question, also after a restart, and explores within bounds', async () => {
    const { policy, store } = setUp()
    const request = (number: number) => ({ owner: alice, decisionId: `d${number}`, context: { size: 0.5 } })
    const choices = []
    for (let number = 0; number < 400; number++) choices.push(await policy.decide(request(number)))
    const other = choices.filter(({ choice }) => choice === 'cloud').length
    expect(other / 400).toBeGreaterThan(0.01)
    expect(other / 400).toBeLessThan(0.1)
    expect(choices.every(({ choice, propensity }) => propensity === (choice === 'cloud' ? 0.05 : 0.95))).toBe(
      true,
    )
    const { policy: again } = setUp({ store })
    for (const number of [0, 17, 399]) expect(await again.decide(request(number))).toEqual(choices[number])
  })

  it('keeps owners apart and numbers only, and forgets all of one', async () => {
    const setup = setUp()
    for (let number = 0; number < 5; number++) await ask(setup, number)
    const secret = { owner: bob, decisionId: 'b', context: { size: 0.25 } }
    await setup.policy.decide(secret)
    expect(await setup.policy.feedback({ owner: alice, decisionId: 'b', reward: 1 })).toBe(false)
    await setup.policy.forget(alice)
    const keys: string[] = []
    for await (const { key } of setup.store.list({ prefix: '' })) keys.push(key)
    expect(keys.length).toBeGreaterThan(0)
    expect(keys.every(key => key.startsWith('adaptation/did:key:bob/route/'))).toBe(true)
    expect((await setup.policy.inspect(alice)).feedbackCount).toBe(0)
    expect(await setup.policy.feedback({ owner: bob, decisionId: 'b', reward: 1 })).toBe(true)
  })

  it('keeps a bounded number of decisions', async () => {
    const setup = setUp({ maxEvents: 20 })
    for (let number = 0; number < 50; number++) await ask(setup, number)
    let count = 0
    for await (const _ of setup.store.list({ prefix: 'adaptation/did:key:alice/route/event/' })) count++
    expect(count).toBe(20)
    expect(await setup.policy.feedback({ owner: alice, decisionId: 'd3', reward: 1 })).toBe(false)
    expect(await setUp({ store: setup.store, maxEvents: 20 }).policy.inspect(alice)).toEqual(
      await setup.policy.inspect(alice),
    )
  })

  it('refuses what it does not know, before anything is kept', async () => {
    const { policy } = setUp()
    const base = { owner: alice, decisionId: 'a', context: {} }
    const refused = { code: 'invalid-request' }
    await expect(policy.decide({ ...base, context: { text: 1 } })).rejects.toMatchObject(refused)
    await expect(policy.decide({ ...base, context: { code: Number.NaN } })).rejects.toMatchObject(refused)
    await expect(policy.decide({ ...base, options: ['elsewhere'] })).rejects.toMatchObject(refused)
    await expect(policy.decide({ ...base, options: [] })).rejects.toMatchObject(refused)
    await expect(policy.decide({ ...base, decisionId: '' })).rejects.toMatchObject(refused)
    await expect(policy.feedback({ ...base, reward: 2 })).rejects.toMatchObject(refused)
    expect((await policy.inspect(alice)).decisionCount).toBe(0)
  })
})

describe('a crash', () => {
  it('at any write leaves a state from before or after it, never between', async () => {
    for (let crashAtWrite = 1; crashAtWrite <= 9; crashAtWrite++) {
      for (const keepsLastWrite of [false, true]) {
        const store = new MemoryStore()
        const crashing = new CrashingStore({ store, crashAtWrite, keepsLastWrite })
        const doomed = setUp({ store: crashing })
        const work = (async () => {
          for (let number = 0; number < 10; number++) await ask(doomed, number)
        })()
        await Promise.race([work, crashing.crashed])
        const after = setUp({ store })
        const { decisionCount, feedbackCount } = await after.policy.inspect(alice)
        // The first two writes make room; then a decision and a feedback in turns.
        const durable = Math.max(0, crashAtWrite - 2 - (keepsLastWrite ? 0 : 1))
        expect(decisionCount + feedbackCount).toBe(durable)
        expect(decisionCount - feedbackCount).toBe(durable % 2)
        for (let number = 0; number < 10; number++) await ask(after, number)
        expect(await after.policy.inspect(alice)).toMatchObject({ decisionCount: 10, feedbackCount: 10 })
      }
    }
  })
})

describe('what was learned', () => {
  it('is taken elsewhere whole: the other place decides the same, and can go back', async () => {
    const here = setUp()
    await askUntilPromoted(here)
    const exported = await here.policy.export(alice)
    expect(JSON.stringify(exported)).not.toContain('did:')
    const there = setUp()
    expect(await there.policy.import(bob, exported)).toMatchObject({ version: 1, status: 'learning' })
    const { weights } = await there.policy.export(bob)
    expect(weights).toBe(exported.weights)
    expect(await there.policy.reset(bob)).toMatchObject({ version: 0 })
  })

  it('is refused when damaged or changed anywhere', async () => {
    const { policy } = setUp()
    const exported = await policy.export(alice)
    const members = Object.keys(exported)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...members), fc.jsonValue(), async (name, value) => {
        fc.pre(JSON.stringify(value) !== JSON.stringify(exported[name]))
        const changed = { ...exported, [name]: value } as JsonObject
        await expect(policy.import(bob, changed)).rejects.toMatchObject({
          code: expect.stringMatching(/invalid|malformed/),
        })
        const { [name]: _, ...without } = exported
        await expect(policy.import(bob, without)).rejects.toMatchObject({ code: 'invalid-request' })
        await expect(policy.import(bob, { ...exported, more: value } as JsonObject)).rejects.toMatchObject({
          code: 'invalid-request',
        })
      }),
      { numRuns: 60 },
    )
    expect((await policy.inspect(bob)).version).toBe(0)
  })

  it('of another model or shape means nothing: the owner starts anew', async () => {
    const setup = setUp()
    for (let number = 0; number < 3; number++) await ask(setup, number)
    const other = createAdaptivePolicy({
      name: 'route',
      features: ['code'],
      options: ['device', 'cloud'],
      model: liquidOutcomeModel({ hidden: 4, sequencesPerFeedback: 1 }),
      store: setup.store,
    })
    expect(await other.inspect(alice)).toMatchObject({ decisionCount: 0, format: 'cfc-4/1', version: 0 })
    await other.decide({ owner: alice, decisionId: 'x', context: { code: 1 } })
    await other.feedback({ owner: alice, decisionId: 'x', reward: 1 })
    expect(await other.inspect(alice)).toMatchObject({ decisionCount: 1, feedbackCount: 1, recentReward: 1 })
    await expect(other.import(alice, await setup.policy.export(alice))).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })
})
