import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LumosError } from '../../../src/contracts/index.ts'
import { utf8 } from '../../../src/core/index.ts'
import { initialCreditBytes } from '../../../src/transports/session/index.ts'
import { collect, connect, countTo, expected, settle } from './connected-sessions.ts'

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
})
