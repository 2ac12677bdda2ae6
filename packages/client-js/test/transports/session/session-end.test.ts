import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LumosError } from '../../../src/contracts/index.ts'
import { utf8 } from '../../../src/core/index.ts'
import { initialCreditBytes } from '../../../src/transports/session/index.ts'
import { collect, connect, countTo, settle } from './connected-sessions.ts'

describe('the end of a session', () => {
  it('fails calls under way with connection-lost when the medium breaks', async () => {
    const { call, near, calling, answering } = connect(countTo)
    const events = call('9000')
    await events.next()
    const cause = new Error('cable cut')
    near.break(cause)
    const drained = collect(events)
    await expect(drained).rejects.toMatchObject({ code: 'connection-lost', cause })
    expect([calling.isOpen, answering.isOpen]).toEqual([false, false])
    await expect(call('1').next()).rejects.toMatchObject({ code: 'connection-lost' })
  })

  it('aborts the handlers of the answering end', async () => {
    let reason: unknown
    const { call, calling } = connect(async function* (_, { signal }) {
      yield utf8.encode('first')
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      reason = signal.reason
    })
    await call('').next()
    calling.close()
    await settle()
    expect(reason).toMatchObject({ code: 'connection-lost' })
  })

  it('sends what is queued before a clean close', async () => {
    const { call, answering } = connect(countTo)
    const events = call('2')
    const first = events.next()
    await settle()
    answering.close()
    expect((await first).value).toBe('2:1')
    expect((await events.next()).value).toBe('2:2')
    expect((await events.next()).done).toBe(true)
  })

  it('is named to the other end when its frames are malformed', async () => {
    const { near, call, ends } = connect(countTo)
    const waiting = call('9000')
    await waiting.next()
    near.write(Uint8Array.of(0x02, 0x09, 0x01))
    await settle()
    expect(ends.far).toMatchObject({ code: 'malformed-frame' })
    expect(ends.near).toMatchObject({ code: 'connection-lost', cause: { code: 'malformed-frame' } })
  })

  it.each([
    ['an answer to the answering end', Uint8Array.of(0x02, 0x03, 0x01)],
    ['a call id used before', Uint8Array.of(0x02, 0x01, 0x01, 0x02, 0x01, 0x01)],
    ['a credit without a number', Uint8Array.of(0x02, 0x06, 0x01)],
    ['a credit of nothing', Uint8Array.of(0x03, 0x06, 0x01, 0x00)],
    ['a cancel with a payload', Uint8Array.of(0x03, 0x05, 0x01, 0x00)],
    ['a frame for the session that is no error', Uint8Array.of(0x02, 0x01, 0x00)],
  ])('follows %s', async (_, chunk) => {
    const { near, ends } = connect(countTo)
    near.write(chunk)
    await settle()
    expect(ends.far).toMatchObject({ code: 'malformed-frame' })
  })

  it('does not follow frames for calls that are over', async () => {
    const { near, answering, call } = connect(countTo)
    expect(await collect(call('1'))).toEqual(['1:1'])
    near.write(Uint8Array.of(0x02, 0x05, 0x01, 0x02, 0x05, 0x63, 0x03, 0x06, 0x01, 0x05))
    await settle()
    expect(answering.isOpen).toBe(true)
  })

  it('follows an answering end that sends beyond its credit', async () => {
    const { far, call, ends } = connect(async function* (_, { signal }) {
      yield utf8.encode('first')
      await new Promise(resolve => signal.addEventListener('abort', resolve))
    })
    const events = call('')
    await events.next()
    const empty = Uint8Array.of(0x02, 0x02, 0x01)
    for (let index = 0; index < initialCreditBytes / 64 + 2; index += 1) far.write(empty)
    await settle()
    expect(ends.near).toMatchObject({ code: 'malformed-frame' })
  })

  it('by garbage is always a typed error, on either end', async () => {
    const garbage = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(garbage, fc.boolean(), async (chunks, towardsFar) => {
        const { near, far, call, ends } = connect(countTo)
        const events = collect(call('3')).catch((error: unknown) => error)
        for (const chunk of chunks) (towardsFar ? near : far).write(chunk)
        await settle()
        for (const error of [ends.near, ends.far]) {
          if (error !== undefined) expect(error).toBeInstanceOf(LumosError)
        }
        near.break(new Error('over'))
        const outcome = await events
        expect(outcome instanceof LumosError || Array.isArray(outcome)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
