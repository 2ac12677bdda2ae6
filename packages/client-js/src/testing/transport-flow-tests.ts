import { describe, expect, it } from 'vitest'
import type { HostEvent, JsonValue, RequestContext } from '../contracts/index.ts'
import { answerResult } from './scripted-handler.ts'
import { aborted, collect, modelEvents, promptOf, TransportFixture } from './transport-fixture.ts'
import type { CreateTransportPair } from './transport-pair.ts'

const awkwardValue: JsonValue = {
  '': [null, true, -0.5, 1e-7, 123456789012345],
  'é\u2028\u2029\u0000\n\r\t"\\': '👩‍🚀 data: \n\nevent: x\r\n: y',
  deep: [[[[[[[[[[{ a: {} }]]]]]]]]]],
}

/** Order, concurrency, backpressure and leaving. */
export function transportFlowTests(create: CreateTransportPair): void {
  describe('reading', () => {
    it('names the node it reached', async () => {
      await using fixture = await TransportFixture.create(create)
      const connection = await fixture.dial()
      expect(connection.remoteNodeId).toBe(fixture.handler.nodeId)
      expect(connection.kind).toBe(fixture.pair.transport.kind)
      expect(connection.isOpen).toBe(true)
      expect(fixture.pair.transport.canDial(fixture.pair.address)).toBe(true)
      expect(fixture.pair.transport.canDial('carrier-pigeon:home')).toBe(false)
    })

    it('hands over any JSON value unchanged', async () => {
      await using fixture = await TransportFixture.create(create, {
        'tool.call': envelope => answerResult((envelope.params as { arguments: JsonValue }).arguments),
      })
      const connection = await fixture.dial()
      const envelope = await fixture.envelope('tool.call', { name: 'echo', arguments: awkwardValue as never })
      const events = await collect(connection.request(envelope))
      expect(events).toEqual([{ id: 1, type: 'result', value: awkwardValue }])
      expect(fixture.handler.requests[0]?.envelope).toEqual(envelope)
    })

    it('yields 1,000 events in order, then ends', async () => {
      await using fixture = await TransportFixture.create(create, {
        'model.generate': () => modelEvents(1000),
      })
      const connection = await fixture.dial()
      const events = await collect(connection.request(await fixture.generate()))
      expect(events).toEqual(await collect(modelEvents(1000)))
    })

    it('keeps 40 requests at once apart', async () => {
      await using fixture = await TransportFixture.create(create, {
        'model.generate': envelope => modelEvents(20, id => `${promptOf(envelope)}:${id}`),
      })
      const connection = await fixture.dial()
      const prompts = Array.from({ length: 40 }, (_, index) => `prompt ${index}`)
      const answers = await Promise.all(
        prompts.map(async prompt => collect(connection.request(await fixture.generate(prompt)))),
      )
      const expected = prompts.map(prompt => collect(modelEvents(20, id => `${prompt}:${id}`)))
      expect(answers).toEqual(await Promise.all(expected))
    })

    it('sends nothing before the first pull', async () => {
      await using fixture = await TransportFixture.create(create, { 'node.describe': () => answerResult({}) })
      const connection = await fixture.dial()
      const unread = connection.request(await fixture.envelope('node.describe', {}))
      await collect(connection.request(await fixture.envelope('node.describe', {})))
      expect(fixture.handler.requests).toHaveLength(1)
      await collect(unread)
      expect(fixture.handler.requests).toHaveLength(2)
    })

    it('slows the sender while the reader rests', async () => {
      let producedCount = 0
      await using fixture = await TransportFixture.create(create, {
        'model.generate': () =>
          modelEvents(1000, id => {
            producedCount = id
            return 'x'.repeat(64 * 1024)
          }),
        'node.describe': () => answerResult({}),
      })
      const connection = await fixture.dial()
      const reading = connection.request(await fixture.generate())[Symbol.asyncIterator]()
      await reading.next()
      await untilUnchanged(() => producedCount)
      // 64 MiB in all: what buffers on the way may hold is less than half of it.
      expect(producedCount).toBeLessThan(500)
      const other = await collect(connection.request(await fixture.envelope('node.describe', {})))
      expect(other).toHaveLength(1)
      await reading.return?.(undefined)
    })
  })

  describe('leaving', () => {
    it('rejects with the abort’s own reason and tells the other side that nobody reads', async () => {
      let context: RequestContext | undefined
      await using fixture = await TransportFixture.create(create, {
        'model.generate': (_envelope, given) => {
          context = given
          return endless(given)
        },
        'node.describe': () => answerResult({}),
      })
      const connection = await fixture.dial()
      const controller = new AbortController()
      const reading = connection.request(await fixture.generate(), { signal: controller.signal })
      const iterator = reading[Symbol.asyncIterator]()
      await iterator.next()
      const reason = new Error('read enough')
      const pending = iterator.next()
      controller.abort(reason)
      await expect(pending).rejects.toBe(reason)
      await aborted(context?.signal)
      await collect(connection.request(await fixture.envelope('node.describe', {})))
      expect(connection.isOpen).toBe(true)
      // Nobody asked the host to stop anything: that is `run.stop`, a request of its own.
      expect(fixture.handler.requests.map(request => request.envelope.verb)).toEqual([
        'model.generate',
        'node.describe',
      ])
    })

    it('tells the other side when the loop is left', async () => {
      let context: RequestContext | undefined
      await using fixture = await TransportFixture.create(create, {
        'model.generate': (_envelope, given) => {
          context = given
          return endless(given)
        },
      })
      const connection = await fixture.dial()
      for await (const _ of connection.request(await fixture.generate())) break
      await aborted(context?.signal)
      expect(connection.isOpen).toBe(true)
    })

    it('sends nothing when the signal was aborted before', async () => {
      await using fixture = await TransportFixture.create(create, { 'node.describe': () => answerResult({}) })
      const connection = await fixture.dial()
      const reason = new Error('never mind')
      const envelope = await fixture.envelope('node.describe', {})
      const reading = collect(connection.request(envelope, { signal: AbortSignal.abort(reason) }))
      await expect(reading).rejects.toBe(reason)
      expect(fixture.handler.requests).toHaveLength(0)
    })
  })
}

/** One event, then nothing until the reader leaves. */
async function* endless(context: RequestContext): AsyncGenerator<HostEvent> {
  yield { id: 1, type: 'text-delta', text: 'first' }
  await aborted(context.signal)
}

/** Resolves when `read()` gave the same value through a quarter of a second. */
async function untilUnchanged(read: () => number): Promise<void> {
  for (let quietRounds = 0, last = -1; quietRounds < 10; ) {
    await new Promise(resolve => setTimeout(resolve, 25))
    quietRounds = read() === last ? quietRounds + 1 : 0
    last = read()
  }
}
