import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LumosError } from '../../../src/contracts/index.ts'
import { utf8 } from '../../../src/core/index.ts'
import {
  AnsweringSession,
  type AnswerRequest,
  CallingSession,
  initialCreditBytes,
  type SessionLimits,
} from '../../../src/transports/session/index.ts'
import { createMediumPair, type MediumPairOptions } from './medium-pair.ts'

function connect(
  answer: AnswerRequest,
  options: { medium?: MediumPairOptions; limits?: Partial<SessionLimits> } = {},
) {
  const [near, far] = createMediumPair(options.medium)
  const limits = options.limits ?? {}
  const ends: { near?: LumosError | undefined; far?: LumosError | undefined } = {}
  const answering = new AnsweringSession(far, answer, { limits, onEnd: error => (ends.far = error) })
  const calling = new CallingSession(near, { limits, onEnd: error => (ends.near = error) })
  const call = (text: string, signal?: AbortSignal) =>
    calling.call({ encode: () => utf8.encode(text), decode: utf8.decode, signals: signal ? [signal] : [] })
  return { near, far, calling, answering, call, ends }
}

async function* countTo(payload: Uint8Array) {
  const count = Number(utf8.decode(payload))
  for (let index = 1; index <= count; index += 1) yield utf8.encode(`${count}:${index}`)
}

const expected = (count: number) => Array.from({ length: count }, (_, index) => `${count}:${index + 1}`)

async function collect<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const collected: Event[] = []
  for await (const event of events) collected.push(event)
  return collected
}

/** Lets everything that is ready happen: no timers, so a few macrotasks are enough. */
async function settle() {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve))
}

describe('a session', () => {
  it('gives each call its own events in order, however chunks are cut and calls interleave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 4096 }),
        async (counts, sizes, highWaterBytes) => {
          let turn = 0
          const cut = (chunk: Uint8Array) => {
            const pieces: Uint8Array[] = []
            for (let at = 0; at < chunk.byteLength; ) {
              const size = sizes[turn++ % sizes.length] ?? 1
              pieces.push(chunk.slice(at, at + size))
              at += size
            }
            return pieces
          }
          const { call } = connect(countTo, { medium: { cut, highWaterBytes } })
          const answers = await Promise.all(counts.map(count => collect(call(String(count)))))
          expect(answers).toEqual(counts.map(expected))
        },
      ),
    )
  })

  it('sends nothing before the first pull', async () => {
    const { call, near } = connect(countTo)
    const events = call('1')
    await settle()
    expect(near.written).toEqual([])
    expect(await collect(events)).toEqual(['1:1'])
  })

  it('puts frames that are ready together into one write', async () => {
    const { call, far } = connect(countTo)
    await collect(call('200'))
    expect(far.written.length).toBeLessThan(10)
  })

  it('pulls no more events than the credit allows while nobody reads', async () => {
    let produced = 0
    const event = new Uint8Array(1000)
    const { call } = connect(async function* () {
      for (;;) {
        produced += 1
        yield event
      }
    })
    const events = call('')
    await events.next()
    await settle()
    const ahead = Math.ceil(initialCreditBytes / 1064)
    expect(produced).toBeGreaterThanOrEqual(ahead)
    expect(produced).toBeLessThanOrEqual(ahead + 2)
    for (let index = 0; index < 2 * ahead; index += 1) await events.next()
    expect(produced).toBeGreaterThan(2 * ahead)
    await events.return()
  })

  it('pulls no events while the medium is full, and goes on when it drains', async () => {
    let produced = 0
    const { call, far } = connect(
      async function* () {
        for (; produced < 1000; ) {
          produced += 1
          yield new Uint8Array(100)
        }
      },
      { medium: { highWaterBytes: 10_000 } },
    )
    far.hold()
    const all = collect(call(''))
    await settle()
    expect(produced).toBeLessThan(1000)
    far.release()
    expect(await all).toHaveLength(1000)
  })

  it('tells the answering end when the reader leaves, and ends no other call', async () => {
    let left: LumosError | undefined
    const { call } = connect(async function* (payload, { signal }) {
      if (utf8.decode(payload) === 'wait') {
        signal.addEventListener('abort', () => (left = signal.reason))
        yield utf8.encode('first')
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      } else yield* countTo(payload)
    })
    const other = call('3')
    await other.next()
    for await (const event of call('wait')) {
      expect(event).toBe('first')
      break
    }
    await settle()
    expect(left).toMatchObject({ code: 'connection-lost' })
    expect(await collect(other)).toEqual(['3:2', '3:3'])
  })

  it('rejects with the reason of the signal, at once and with nothing more', async () => {
    const { call } = connect(countTo)
    const controller = new AbortController()
    const events = call('5', controller.signal)
    await events.next()
    await settle()
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(events.next()).rejects.toBe(reason)
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })

  it('sends nothing for a signal that aborted before', async () => {
    const { call, near } = connect(countTo)
    const reason = new Error('too late')
    await expect(call('5', AbortSignal.abort(reason)).next()).rejects.toBe(reason)
    await settle()
    expect(near.written).toEqual([])
  })

  it('carries a refusal as the same error', async () => {
    const refusal = new LumosError('not-found', 'No such agent.', { details: { agentId: 'x' } })
    // biome-ignore lint/correctness/useYield: a handler may refuse before its first event
    const { call } = connect(async function* () {
      throw refusal
    })
    await expect(call('').next()).rejects.toMatchObject(refusal.toJSON())
  })

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
