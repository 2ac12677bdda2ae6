import { describe, expect, it } from 'vitest'
import { LumosError } from '../../../src/contracts/index.ts'
import { utf8 } from '../../../src/core/index.ts'
import type { AnswerRequest } from '../../../src/transports/session/index.ts'
import { collect, connect, countTo, settle } from './connected-sessions.ts'

describe('the limits of a session', () => {
  it('refuses a request over the frame limit without sending it', async () => {
    const { call, near, calling } = connect(countTo, { limits: { maxFrameBytes: 1000 } })
    await expect(call('1'.repeat(1000)).next()).rejects.toMatchObject({ code: 'too-large' })
    expect(near.written).toEqual([])
    expect(calling.isOpen).toBe(true)
  })

  it('refuses further requests while many wait to be sent, and goes on when they were', async () => {
    const { call, near, calling } = connect(countTo, {
      limits: { maxQueuedBytes: 2000 },
      medium: { highWaterBytes: 1 },
    })
    near.hold()
    const filling = call('1')
    const first = filling.next()
    await settle()
    const waiting = ['1', '1'].map(count => call(count.padStart(900)).next())
    await expect(call('1'.padStart(900)).next()).rejects.toMatchObject({ code: 'rate-limited' })
    near.release()
    expect(await Promise.all([first, ...waiting])).toMatchObject([
      { value: '1:1' },
      { value: '1:1' },
      { value: '1:1' },
    ])
    expect(calling.isOpen).toBe(true)
  })

  it('lets many calls with large events share a slow medium', async () => {
    const { call, far, answering } = connect(
      async function* () {
        for (let index = 0; index < 3; index += 1) yield new Uint8Array(100_000)
      },
      { limits: { maxQueuedBytes: 300_000 }, medium: { highWaterBytes: 1 } },
    )
    far.hold()
    const all = Array.from({ length: 50 }, () => collect(call('')))
    await settle()
    far.release()
    for (const events of await Promise.all(all)) expect(events).toHaveLength(3)
    expect(answering.isOpen).toBe(true)
  })

  it('ends only the call whose event is over the frame limit', async () => {
    const { call, answering } = connect(
      async function* () {
        yield new Uint8Array(2000)
      },
      { limits: { maxFrameBytes: 1000 } },
    )
    await expect(call('').next()).rejects.toMatchObject({ code: 'too-large' })
    expect(answering.isOpen).toBe(true)
  })

  it('refuses calls over the limit, and takes new ones when others ended', async () => {
    const { call } = connect(countTo, { limits: { maxCalls: 2 } })
    const [first, second, third] = [call('9000'), call('9000'), call('1')]
    await first.next()
    await second.next()
    await expect(third.next()).rejects.toMatchObject({ code: 'rate-limited', retryable: true })
    await first.return()
    await settle()
    expect(await collect(call('1'))).toEqual(['1:1'])
  })

  it('counts a call whose reader left until its handler returned', async () => {
    const handlers = Promise.withResolvers<void>()
    const { call } = connect(
      async function* () {
        yield utf8.encode('first')
        await handlers.promise
      },
      { limits: { maxCalls: 1 } },
    )
    const stubborn = call('')
    await stubborn.next()
    await stubborn.return()
    await settle()
    await expect(call('').next()).rejects.toMatchObject({ code: 'rate-limited' })
    handlers.resolve()
    await settle()
    expect(await call('').next()).toEqual({ done: false, value: 'first' })
  })

  it('ends when the peer asks without ever reading the answers', async () => {
    // biome-ignore lint/correctness/useYield: refuses everything
    const refuse: AnswerRequest = async function* () {
      throw new LumosError('forbidden', 'No.')
    }
    const { call, far, ends } = connect(refuse, {
      limits: { maxQueuedBytes: 2000 },
      medium: { highWaterBytes: 1 },
    })
    far.hold()
    for (let index = 0; index < 100; index += 1)
      call('')
        .next()
        .catch(() => {})
    await settle()
    expect(ends).toHaveProperty('far')
  })
})
