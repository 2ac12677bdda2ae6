import { describe, expect, it } from 'vitest'
import { ClaimCodes } from '../../../src/access/grants/claim-codes.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'

function setUp() {
  const clock = new ManualClock()
  const store = new MemoryStore()
  return { clock, store, codes: new ClaimCodes(store, clock) }
}

const dayMs = 86_400_000
const refused = { code: 'forbidden', retryable: false }

describe('a claim code', () => {
  it('is good once, also when it comes twice at once', async () => {
    const { codes } = setUp()
    const { code } = await codes.create()
    const outcomes = await Promise.allSettled([codes.redeem(code), codes.redeem(code)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    await expect(codes.redeem(code)).rejects.toMatchObject(refused)
  })

  it('is good for a day, and in later processes', async () => {
    const { codes, clock, store } = setUp()
    const { code, expiresAt } = await codes.create()
    expect(Date.parse(expiresAt)).toBe(clock.now() + dayMs)
    clock.advance(dayMs - 1)
    await new ClaimCodes(store, clock).redeem(code)
    const late = await codes.create()
    clock.advance(dayMs)
    await expect(codes.redeem(late.code)).rejects.toMatchObject(refused)
  })

  it('replaces the one before', async () => {
    const { codes } = setUp()
    const first = await codes.create()
    const second = await codes.create()
    expect(first.code).toMatch(/^[\w-]{22}$/)
    expect(second.code).not.toBe(first.code)
    await expect(codes.redeem(first.code)).rejects.toMatchObject(refused)
    await codes.redeem(second.code)
  })

  it('is not in the store', async () => {
    const { codes, store } = setUp()
    const { code } = await codes.create()
    const entries: unknown[] = []
    for await (const entry of store.list({ prefix: '' })) entries.push(entry)
    expect(entries).toHaveLength(1)
    expect(JSON.stringify(entries)).not.toContain(code)
    // The hash that is there opens nothing.
    const { value } = entries[0] as { value: { hash: string } }
    await expect(codes.redeem(value.hash)).rejects.toMatchObject(refused)
  })

  it.each(['', 'x', '€'.repeat(128)])('is none: %j', async code => {
    const { codes } = setUp()
    await expect(codes.redeem(code)).rejects.toMatchObject(refused)
    await codes.create()
    await expect(codes.redeem(code)).rejects.toMatchObject(refused)
  })

  it('cannot be tried out: 20 wrong ones a minute, then none, not even the right one', async () => {
    const { codes, clock } = setUp()
    const { code } = await codes.create()
    clock.advance(1000)
    for (let guess = 0; guess < 20; guess++) await expect(codes.redeem('no')).rejects.toMatchObject(refused)
    clock.advance(15_000)
    await expect(codes.redeem(code)).rejects.toMatchObject({
      code: 'rate-limited',
      details: { retryAfterMs: 45_000 },
    })
    clock.advance(45_000)
    await codes.redeem(code)
  })

  it('can be tried when the clock was set back', async () => {
    const { codes, clock } = setUp()
    clock.advance(10 * dayMs)
    for (let guess = 0; guess < 20; guess++) await codes.redeem('no').catch(() => {})
    clock.advance(-dayMs)
    await expect(codes.redeem('no')).rejects.toMatchObject(refused)
  })

  it('is used up before it takes effect', async () => {
    const { codes, store } = setUp()
    const { code } = await codes.create()
    const remove = store.delete.bind(store)
    store.delete = () => Promise.reject(new Error('disk full'))
    await expect(codes.redeem(code)).rejects.toThrow('disk full')
    store.delete = remove
    await codes.redeem(code)
  })
})
