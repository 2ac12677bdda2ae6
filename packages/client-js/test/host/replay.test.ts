import { describe, expect, it } from 'vitest'
import type { Identity, RequestEnvelope, Verb } from '../../src/contracts/index.ts'
import { createEnvelope } from '../../src/core/index.ts'
import { EarlyIssuers } from '../../src/host/early-issuers.ts'
import { MemoryStore } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { CrashingStore } from '../../src/testing/crashing-store.ts'
import { collect } from '../../src/testing/host-fixture.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { setUpHost } from './host-setup.ts'

const context = { transport: 'in-process' } as const
const skews = [-60_000, -2500, -1, 0, 0, 1, 900, 30_000, 59_000, 60_000]
const limits = { requestBurst: 100_000 }

/** One node over its restarts, and people whose clocks are off by `skews`. */
async function setUp(of = skews) {
  const identity = await createIdentity()
  const people = await Promise.all(of.map(async skewMs => ({ skewMs, identity: await createIdentity() })))
  const clock = new ManualClock()
  const store = new MemoryStore()
  const start = async (on: MemoryStore | CrashingStore = store) => {
    const { host } = await setUpHost({ identity, clock, store: on, limits })
    await host.start()
    const admits = (envelope: RequestEnvelope) =>
      collect(host.handle(envelope, context)).then(
        () => true,
        () => false,
      )
    return { host, admits }
  }
  const sign = (person: { skewMs: number; identity: Identity }, verb: Verb = 'agent.list') =>
    createEnvelope({
      verb,
      params: {} as never,
      identity: person.identity,
      audience: identity.did,
      clock: { now: () => clock.now() + person.skewMs },
    }) as Promise<RequestEnvelope>
  return { people, clock, store, start, sign }
}

describe('replays', () => {
  it('1,000 replays, 0 accepted, also after a clean restart, from clocks up to a minute off', async () => {
    const { people, clock, start, sign } = await setUp()
    const first = await start()
    clock.advance(120_000)
    const admitted: RequestEnvelope[] = []
    for (let round = 0; round < 100; round++) {
      clock.advance(37)
      for (const person of people) {
        const envelope = await sign(person)
        if (await first.admits(envelope)) admitted.push(envelope)
      }
    }
    expect(admitted).toHaveLength(1000)
    let accepted = 0
    const replay = async ({ admits }: typeof first, envelopes: RequestEnvelope[]) => {
      for (const envelope of envelopes) accepted += (await admits(envelope)) ? 1 : 0
    }
    await replay(first, admitted)
    await first.host.stop()
    clock.advance(1)
    const second = await start()
    await replay(second, admitted)
    for (let elapsedMs = 0; elapsedMs <= 120_000; elapsedMs += 20_000) {
      clock.advance(20_000)
      await replay(second, admitted.slice(-20))
    }
    expect(accepted).toBe(0)
  }, 60_000)

  it('none accepted after a crash at any write, kept or lost', async () => {
    let replays = 0
    let crashes = 0
    for (const keepsLastWrite of [false, true]) {
      let didCrash = true
      for (let crashAtWrite = 1; didCrash; crashAtWrite++) {
        const { people, clock, store, start, sign } = await setUp([-2500, 0, 900, 59_000])
        const crashing = new CrashingStore({ store, crashAtWrite, keepsLastWrite })
        const first = await start(crashing)
        clock.advance(120_000)
        const sent: RequestEnvelope[] = []
        const admitted = new Set<RequestEnvelope>()
        const sending = (async () => {
          for (const verb of ['agent.list', 'thread.create', 'agent.list'] as const) {
            clock.advance(600)
            for (const person of people) {
              const envelope = await sign(person, verb)
              sent.push(envelope)
              if (await first.admits(envelope)) admitted.add(envelope)
            }
          }
          return false
        })()
        didCrash = await Promise.race([sending, crashing.crashed.then(() => true)])
        crashes += didCrash ? 1 : 0
        clock.advance(1)
        const second = await start()
        for (const envelope of sent) {
          const isAccepted = await second.admits(envelope)
          // What the crash cut off was never answered: it may pass, once.
          if (!admitted.has(envelope)) continue
          replays++
          expect(isAccepted).toBe(false)
        }
      }
    }
    expect(crashes).toBeGreaterThan(30)
    expect(replays).toBeGreaterThan(200)
  }, 60_000)

  it('a restart keeps nobody out for longer than its clock is late, or a second', async () => {
    const { people, clock, start, sign } = await setUp()
    const first = await start()
    clock.advance(120_000)
    for (const person of people) expect(await first.admits(await sign(person))).toBe(true)
    clock.advance(1)
    const second = await start()
    const refused = async () => {
      const answers = await Promise.all(people.map(async person => second.admits(await sign(person))))
      return skews.filter((_, index) => !answers[index])
    }
    expect(await refused()).toEqual([-60_000, -2500, -1, 1, 900, 30_000, 59_000, 60_000])
    clock.advance(1000)
    expect(await refused()).toEqual([-60_000, -2500])
    clock.advance(59_000)
    expect(await refused()).toEqual([])
  })

  it('says after a restart that a newly signed request may pass, and what the time is', async () => {
    const { people, clock, start, sign } = await setUp()
    const envelope = await sign({ ...(people[0] as (typeof people)[0]), skewMs: -5 })
    const { host } = await start()
    await expect(collect(host.handle(envelope, context))).rejects.toMatchObject({
      code: 'replayed-request',
      retryable: true,
      details: { now: clock.now(), issuedAt: clock.now() - 5 },
    })
  })
})

describe('what is kept of early issuers', () => {
  it('is one write a second for each, and one for many who come together', async () => {
    const { people, clock, store, start, sign } = await setUp()
    let writes = 0
    const counted = new Proxy(store, {
      get(target, name) {
        if (name === 'batch') writes++
        const member = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    const { admits } = await start(counted)
    clock.advance(120_000)
    for (let round = 0; round < 10; round++) {
      const envelopes = await Promise.all(people.map(person => sign(person)))
      expect(await Promise.all(envelopes.map(admits))).not.toContain(false)
      clock.advance(100)
    }
    // The first goes at once, those that came meanwhile together; the next second is the next writing.
    expect(writes).toBeLessThanOrEqual(4)
  })

  it('is removed when time alone refuses what it covers', async () => {
    const store = new MemoryStore()
    const early = new EarlyIssuers(store)
    const { signal } = new AbortController()
    const { did } = await createIdentity()
    await early.cover(did, 5000)
    await early.sweep(66_000, signal)
    expect(early.cover(did, 6000)).toBeUndefined()
    const later = new EarlyIssuers(store)
    await later.load()
    expect([6000, 6001].map(issuedAt => later.mayHaveUsed(did, issuedAt))).toEqual([true, false])
    await early.sweep(66_001, signal)
    const last = new EarlyIssuers(store)
    await last.load()
    expect(last.mayHaveUsed(did, 6000)).toBe(false)
    expect(early.cover(did, 6000)).toBeInstanceOf(Promise)
  })

  it('a write that failed is tried again with the next request, and admits nothing meanwhile', async () => {
    const store = new MemoryStore()
    const early = new EarlyIssuers(store)
    const { did } = await createIdentity()
    const batch = store.batch.bind(store)
    store.batch = () => Promise.reject(new Error('disk full'))
    await expect(early.cover(did, 5000)).rejects.toThrow('disk full')
    store.batch = batch
    const again = early.cover(did, 5000)
    expect(again).toBeInstanceOf(Promise)
    await again
    expect(early.cover(did, 5000)).toBeUndefined()
  })
})
