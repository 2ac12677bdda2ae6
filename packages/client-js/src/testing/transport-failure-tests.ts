import { describe, expect, it } from 'vitest'
import { type HostEvent, LumosError, type RequestContext } from '../contracts/index.ts'
import { utf8 } from '../core/index.ts'
import { answerResult } from './scripted-handler.ts'
import { aborted, collect, collectUntilError, modelEvents, TransportFixture } from './transport-fixture.ts'
import type { CreateTransportPair } from './transport-pair.ts'

/** Refusals, broken media, closing, dialling and hostile bytes. */
export function transportFailureTests(create: CreateTransportPair): void {
  describe('failing', () => {
    it('throws the host’s refusal as it was, before any event', async () => {
      const refusal = new LumosError('rate-limited', 'Slow down.', { details: { retryAfterMs: 1500 } })
      await using fixture = await TransportFixture.create(create, {
        'model.generate': () => failing(refusal),
        'node.describe': () => failing(refusal),
      })
      const connection = await fixture.dial()
      for (const envelope of [await fixture.generate(), await fixture.envelope('node.describe', {})]) {
        const { events, error } = await collectUntilError(connection.request(envelope))
        expect(events).toEqual([])
        expect(error).toBeInstanceOf(LumosError)
        expect((error as LumosError).toJSON()).toEqual(refusal.toJSON())
      }
      expect(connection.isOpen).toBe(true)
    })

    it('throws a failure in mid-stream after the events that came before it', async () => {
      const failure = new LumosError('inference-failed', 'Out of memory.', { details: { step: 2 } })
      await using fixture = await TransportFixture.create(create, {
        'model.generate': () => failing(failure, 2),
      })
      const connection = await fixture.dial()
      const { events, error } = await collectUntilError(connection.request(await fixture.generate()))
      expect(events.map(event => event.id)).toEqual([1, 2])
      expect((error as LumosError).toJSON()).toEqual(failure.toJSON())
    })

    it('reports a handler’s own mistake as internal and lives on', async () => {
      await using fixture = await TransportFixture.create(create, {
        'model.generate': () => failing(new TypeError('a bug')),
        'node.describe': () => answerResult({}),
      })
      const connection = await fixture.dial()
      const { error } = await collectUntilError(connection.request(await fixture.generate()))
      expect(error).toMatchObject({ code: 'internal' })
      expect(await collect(connection.request(await fixture.envelope('node.describe', {})))).toHaveLength(1)
    })

    it('throws when the host ends before the last event', async () => {
      await using fixture = await TransportFixture.create(create, { 'model.generate': () => unfinished() })
      const connection = await fixture.dial()
      const { events, error } = await collectUntilError(connection.request(await fixture.generate()))
      expect(events).toHaveLength(1)
      expect(error).toMatchObject({ code: 'internal' })
    })

    it('closes twice without complaint; requests under way end with connection-lost', async () => {
      await using fixture = await TransportFixture.create(create, { 'model.generate': waiting })
      const connection = await fixture.dial()
      const iterator = connection.request(await fixture.generate())[Symbol.asyncIterator]()
      await iterator.next()
      const pending = expect(iterator.next()).rejects.toMatchObject({ code: 'connection-lost' })
      await Promise.all([connection.close(), connection.close()])
      await pending
      expect(connection.isOpen).toBe(false)
      const late = collect(connection.request(await fixture.generate()))
      await expect(late).rejects.toMatchObject({ code: 'connection-lost', retryable: true })
    })

    it('closes its connections when it stops', async () => {
      await using fixture = await TransportFixture.create(create, { 'model.generate': waiting })
      const connection = await fixture.dial()
      const iterator = connection.request(await fixture.generate())[Symbol.asyncIterator]()
      await iterator.next()
      const pending = expect(iterator.next()).rejects.toMatchObject({ code: 'connection-lost' })
      await fixture.pair.transport.stop()
      await fixture.pair.transport.stop()
      await pending
      expect(connection.isOpen).toBe(false)
    })
  })

  dialTests(create)
  brokenMediumTests(create)
}

function dialTests(create: CreateTransportPair): void {
  describe('dialling', () => {
    it('fails with dial-failed where nobody answers', async () => {
      await using fixture = await TransportFixture.create(create)
      const dial = fixture.pair.transport.dial(fixture.pair.deadAddress)
      await expect(dial).rejects.toMatchObject({ code: 'dial-failed' })
    })

    it('rejects with the reason of a signal aborted before', async () => {
      await using fixture = await TransportFixture.create(create)
      const reason = new Error('changed my mind')
      const dial = fixture.pair.transport.dial(fixture.pair.address, { signal: AbortSignal.abort(reason) })
      await expect(dial).rejects.toBe(reason)
    })

    it('gives up on a silent node when the signal aborts', async ({ skip }) => {
      await using fixture = await TransportFixture.create(create)
      const { silentAddress, transport } = fixture.pair
      if (silentAddress === undefined) return skip('nothing can be silent here')
      const controller = new AbortController()
      const reason = new Error('waited long enough')
      const dial = expect(transport.dial(silentAddress, { signal: controller.signal })).rejects.toBe(reason)
      controller.abort(reason)
      await dial
    })
  })
}

function brokenMediumTests(create: CreateTransportPair): void {
  describe('a broken or hostile medium', () => {
    it('ends what is under way with connection-lost, and a new dial works', async ({ skip }) => {
      await using fixture = await TransportFixture.create(create, {
        'model.generate': waiting,
        'node.describe': () => answerResult({}),
      })
      if (fixture.pair.sever === undefined) return skip('there is no medium')
      const connection = await fixture.dial()
      const iterator = connection.request(await fixture.generate())[Symbol.asyncIterator]()
      await iterator.next()
      const pending = expect(iterator.next()).rejects.toMatchObject({
        code: 'connection-lost',
        retryable: true,
      })
      await fixture.pair.sever()
      await pending
      expect(connection.isOpen).toBe(false)
      const again = await fixture.dial()
      expect(await collect(again.request(await fixture.envelope('node.describe', {})))).toHaveLength(1)
    })

    it('refuses a request of more than 1 MiB with too-large and lives on', async ({ skip }) => {
      await using fixture = await TransportFixture.create(create, {
        'model.generate': () => modelEvents(2),
      })
      if (fixture.pair.sendRaw === undefined) return skip('no bytes are counted here')
      const connection = await fixture.dial()
      const oversized = await fixture.generate('x'.repeat(2 * 1024 * 1024))
      await expect(collect(connection.request(oversized))).rejects.toMatchObject({ code: 'too-large' })
      const next = connection.isOpen ? connection : await fixture.dial()
      expect(await collect(next.request(await fixture.generate()))).toHaveLength(2)
    })

    it.each<[string, Uint8Array]>([
      ['nothing', new Uint8Array()],
      ['no JSON', utf8.encode('{"verb":')],
      ['no UTF-8', Uint8Array.of(0x22, 0xff, 0xfe, 0x22)],
      ['no envelope', utf8.encode('[1,2,3]')],
      ['a name twice', utf8.encode('{"verb":"node.describe","verb":"agent.run"}')],
      ['10,000 levels', utf8.encode('['.repeat(10_000) + ']'.repeat(10_000))],
      ['noise', Uint8Array.from({ length: 4096 }, (_, index) => (index * 197 + 31) % 256)],
    ])('survives %s', async (_title, bytes) => {
      await using fixture = await TransportFixture.create(create, { 'node.describe': () => answerResult({}) })
      await fixture.pair.sendRaw?.(bytes)
      const connection = await fixture.dial()
      expect(await collect(connection.request(await fixture.envelope('node.describe', {})))).toHaveLength(1)
      expect(fixture.handler.requests).toHaveLength(1)
    })
  })
}

async function* failing(error: Error, afterCount = 0): AsyncGenerator<HostEvent> {
  for (let id = 1; id <= afterCount; id++) yield { id, type: 'text-delta', text: 'x' }
  throw error
}

async function* unfinished(): AsyncGenerator<HostEvent> {
  yield { id: 1, type: 'text-delta', text: 'and then' }
}

async function* waiting(_envelope: unknown, context: RequestContext): AsyncGenerator<HostEvent> {
  yield { id: 1, type: 'text-delta', text: 'first' }
  await aborted(context.signal)
}
