import { beforeEach, describe, expect, it } from 'vitest'
import { FreshCache } from '../../src/identity/fresh-cache.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'

let clock: ManualClock
let cache: FreshCache<string, number>
/** Answers in the order of the questions, given by the test. */
let questions: { signal: AbortSignal; answer(value: number): void; fail(error: Error): void }[]

beforeEach(() => {
  clock = new ManualClock()
  cache = new FreshCache(clock, 2)
  questions = []
})

const load = (signal: AbortSignal) =>
  new Promise<number>((answer, fail) => {
    questions.push({ signal, answer, fail })
  })
const get = (key: string, signal?: AbortSignal) => cache.get(key, 1000, load, signal)
const put = async (key: string, value: number) => {
  const answer = get(key)
  questions.at(-1)?.answer(value)
  await answer
}

describe('a cache of what is true for a while', () => {
  it('counts the age of an answer from when it was asked for', async () => {
    const answer = get('a')
    clock.advance(600)
    questions[0]?.answer(1)
    expect(await answer).toBe(1)
    clock.advance(399)
    expect(get('a')).toBe(1)
    clock.advance(1)
    expect(get('a')).toBeInstanceOf(Promise)
    expect(questions).toHaveLength(2)
  })

  it('takes nothing for fresh once the clock was set back', async () => {
    await put('a', 1)
    clock.advance(-1)
    expect(get('a')).toBeInstanceOf(Promise)
  })

  it('lets go of what was used longest ago, not of what was learned longest ago', async () => {
    await put('a', 1)
    await put('b', 2)
    expect(get('a')).toBe(1)
    await put('c', 3)
    expect([get('a'), get('c')]).toEqual([1, 3])
    expect(get('b')).toBeInstanceOf(Promise)
  })

  it('learns an answer anew in the place of the old one', async () => {
    await put('a', 1)
    await put('b', 2)
    clock.advance(1000)
    await put('a', 10)
    await put('b', 20)
    expect([get('a'), get('b')]).toEqual([10, 20])
  })

  it('has no answer left when asking anew failed', async () => {
    await put('a', 1)
    clock.advance(1000)
    const answer = get('a')
    questions.at(-1)?.fail(new Error('cut off'))
    await expect(answer).rejects.toThrow('cut off')
    clock.advance(-500)
    expect(get('a')).toBeInstanceOf(Promise)
  })

  it('gives what became known meanwhile, as fresh as the question was', async () => {
    await put('a', 1)
    cache.replace('a', 2)
    expect(get('a')).toBe(2)
    clock.advance(1000)
    const answer = get('a')
    cache.replace('a', 3)
    questions.at(-1)?.answer(1)
    expect(await answer).toBe(3)
    expect(get('a')).toBe(3)
    clock.advance(1000)
    expect(get('a')).toBeInstanceOf(Promise)
  })

  it('learns nothing of a key that nobody asked for', () => {
    cache.replace('a', 2)
    expect(get('a')).toBeInstanceOf(Promise)
  })

  it('forgets an answer, and one that is under way', async () => {
    await put('a', 1)
    cache.delete('a')
    const answer = get('a')
    expect(answer).toBeInstanceOf(Promise)
    cache.delete('a')
    questions.at(-1)?.answer(7)
    expect(await answer).toBe(7)
    const again = get('a')
    expect(again).toBeInstanceOf(Promise)
    questions.at(-1)?.answer(8)
    expect(await again).toBe(8)
    expect(get('a')).toBe(8)
  })

  it('ends a question that nobody waits for, and asks anew for who comes after', async () => {
    const leaving = new AbortController()
    const left = get('a', leaving.signal)
    leaving.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    expect(questions[0]?.signal.reason).toMatchObject({ message: 'left' })
    const answer = get('a')
    expect(questions).toHaveLength(2)
    // Whatever the first one still says is nobody's answer any more.
    questions[0]?.answer(1)
    questions[1]?.answer(2)
    expect(await answer).toBe(2)
    expect(get('a')).toBe(2)
  })

  it('asks on while one of many waits', async () => {
    const leaving = new AbortController()
    const answers = [get('a', leaving.signal), get('a')]
    leaving.abort(new Error('left'))
    await expect(answers[0]).rejects.toThrow('left')
    expect(questions[0]?.signal.aborted).toBe(false)
    questions[0]?.answer(5)
    expect(await answers[1]).toBe(5)
    expect(questions).toHaveLength(1)
  })

  it('gives nothing to who has left already, not even what it knows', async () => {
    await put('a', 1)
    expect(() => get('a', AbortSignal.abort(new Error('before')))).toThrow('before')
    expect(questions).toHaveLength(1)
  })
})
