import { describe, expect, it } from 'vitest'
import { anySignal, deadlineSignal, linkedAbort, raceSignal } from '../../src/core/index.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'

describe('raceSignal', () => {
  it('settles as the promise does', async () => {
    const { signal } = new AbortController()
    await expect(raceSignal(Promise.resolve(1), signal)).resolves.toBe(1)
    await expect(raceSignal(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
  })

  it('rejects with the reason, before and while it waits, and swallows what comes later', async () => {
    const reason = new Error('enough')
    const { promise, reject } = Promise.withResolvers<never>()
    await expect(raceSignal(promise, AbortSignal.abort(reason))).rejects.toBe(reason)
    const controller = new AbortController()
    const racing = expect(raceSignal(promise, controller.signal)).rejects.toBe(reason)
    controller.abort(reason)
    await racing
    reject(new Error('an unhandled rejection, were it not swallowed'))
  })
})

it('anySignal aborts with the first, and is undefined without any', () => {
  const [first, second] = [new AbortController(), new AbortController()]
  const signal = anySignal(first.signal, undefined, second.signal)
  expect(signal?.aborted).toBe(false)
  second.abort('second')
  expect(signal?.reason).toBe('second')
  expect(anySignal(undefined, undefined)).toBeUndefined()
})

describe('deadlineSignal', () => {
  it('aborts with deadline-exceeded at the deadline, not before', () => {
    const clock = new ManualClock(1000)
    const { signal } = deadlineSignal(clock, 1500)
    clock.advance(499)
    expect(signal.aborted).toBe(false)
    clock.advance(1)
    expect(signal.reason).toMatchObject({ code: 'deadline-exceeded' })
  })

  it('is aborted from the start when the deadline has passed', () => {
    expect(deadlineSignal(new ManualClock(1000), 1000).signal.aborted).toBe(true)
  })

  it('leaves no timer behind once disposed', () => {
    const clock = new ManualClock(0)
    {
      using deadline = deadlineSignal(clock, 1000)
      expect(deadline.signal.aborted).toBe(false)
      expect(clock.timerCount).toBe(1)
    }
    expect(clock.timerCount).toBe(0)
  })
})

it('linkedAbort follows its signals until it is disposed', () => {
  const outer = new AbortController()
  const kept = linkedAbort(outer.signal, undefined)
  const disposed = linkedAbort(outer.signal)
  disposed[Symbol.dispose]()
  outer.abort('outer')
  kept.abort('own')
  expect(kept.signal.reason).toBe('outer')
  expect(disposed.signal.aborted).toBe(false)
  expect(linkedAbort(outer.signal).signal.reason).toBe('outer')
})
