import { describe, expect, it } from 'vitest'
import { createClient, type GenerateRequest, type ModelEvent } from '../../src/index.ts'
import { FlakyTransport } from '../../src/testing/flaky-transport.ts'
import { createFixture } from './fixture.ts'

const request: GenerateRequest = { messages: [{ role: 'user', content: 'Hello' }] }

/** Two nodes with one script each, `a` preferred. */
async function twoNodes(scriptOfA: string[], scriptOfB: string[]) {
  const [a, b] = await Promise.all([createFixture(scriptOfA), createFixture(scriptOfB)])
  const transport = new FlakyTransport({ a: a.host, b: b.host }, { random: () => 1 })
  const client = createClient({ peers: ['a', 'b'], transports: [transport] })
  return {
    a,
    b,
    transport,
    client,
    async [Symbol.asyncDispose]() {
      await client.stop()
      await a[Symbol.asyncDispose]()
      await b[Symbol.asyncDispose]()
    },
  }
}

describe('a model asked without an agent', () => {
  it('answers, and ends with one finish', async () => {
    await using fixture = await createFixture(['Hello to you'])
    const events: ModelEvent[] = []
    for await (const event of fixture.client.getModel('scripted').stream(request)) events.push(event)
    const text = events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
    expect(text).toBe('Hello to you')
    expect(events.filter(event => event.type === 'finished')).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({ type: 'finished', finishReason: 'stop' })
  })

  it('is asked at the next place when the first cannot be reached', async () => {
    await using nodes = await twoNodes([], ['From b'])
    nodes.transport.cut('a')
    const events = await Array.fromAsync(nodes.client.getModel('scripted').stream(request))
    expect(events.at(-1)).toMatchObject({ type: 'finished' })
    expect([nodes.a.model.requests.length, nodes.b.model.requests.length]).toEqual([0, 1])
  })

  it('does not start again elsewhere in the middle of an answer', async () => {
    await using nodes = await twoNodes(['one two three'], ['never asked'])
    const reading = async () => {
      for await (const _ of nodes.client.getModel('scripted').stream(request)) nodes.transport.cut('a')
    }
    await expect(reading()).rejects.toMatchObject({ code: 'connection-lost' })
    expect(nodes.b.model.requests).toEqual([])
  })

  it('is not found when no place has it', async () => {
    await using nodes = await twoNodes([], [])
    const asking = Array.fromAsync(nodes.client.getModel('absent').stream(request))
    await expect(asking).rejects.toMatchObject({ code: 'not-found' })
  })
})
