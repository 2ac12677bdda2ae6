import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { createAssistant } from '../../src/agents.ts'
import {
  createHost,
  createHttpHandler,
  type DescribedHost,
  MemoryStore,
  StoreThreads,
} from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { createClient, type Identity, type RunEvent, type Store } from '../../src/index.ts'
import { MemoryModelCatalog, ScriptedModel, type ScriptedModelOptions } from '../../src/testing.ts'
import { NodeListener } from '../transports/http/node-listener.ts'
import { gate } from './fixture.ts'

interface Node {
  host: DescribedHost
  model: ScriptedModel
}

async function startHost(
  identity: Identity,
  store: Store,
  script: ScriptedModelOptions['script'],
): Promise<Node> {
  const model = new ScriptedModel({ script })
  const models = new MemoryModelCatalog([model])
  const threads = new StoreThreads({ store })
  const host = createHost({ identity, agents: [createAssistant({ models })], threads, models, store })
  await host.start()
  return { host, model }
}

/** A loopback port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

async function readUntil(
  events: AsyncGenerator<RunEvent, void>,
  type: RunEvent['type'],
): Promise<RunEvent[]> {
  const seen: RunEvent[] = []
  while (seen.at(-1)?.type !== type) {
    const { value, done } = await events.next()
    if (done) break
    seen.push(value)
  }
  return seen
}

it('a stream goes on over HTTP when its server was restarted in the middle of the answer', async () => {
  const [identity, store, port] = [await createIdentity(), new MemoryStore(), await freePort()]
  const hanging = { text: 'half', gate: (chunk: number) => (chunk > 0 ? gate().opened : undefined) }
  const before = await startHost(identity, store, [hanging])
  const firstListener = await NodeListener.listen(createHttpHandler(before.host), port)
  await using client = createClient({ baseUrl: firstListener.origin })
  const stream = await client.getAgent('assistant').stream('Tell me')
  const events = stream[Symbol.asyncIterator]()
  const seen = await readUntil(events, 'text-delta')

  await before.host.stop({ graceMs: 0 })
  await firstListener[Symbol.asyncDispose]()
  const after = await startHost(identity, store, ['the whole answer'])
  await using _ = await NodeListener.listen(createHttpHandler(after.host), port)

  seen.push(...(await readUntil(events, 'run-finished')))
  expect(seen.map(({ id }) => id)).toEqual(seen.map((_event, index) => index + 1))
  expect(seen.filter(({ type }) => type === 'run-started')).toHaveLength(1)
  expect((await stream.result).text).toBe('the whole answer')
  await after.host.stop({ graceMs: 0 })
})

it('a run moves into this process, with its conversation, when its server stays away', async () => {
  const never = gate()
  const cloud = await startHost(await createIdentity(), new MemoryStore(), [
    'Hello Ada.',
    { text: 'You are', gate: chunk => (chunk > 0 ? never.opened : undefined) },
  ])
  const local = await startHost(await createIdentity(), new MemoryStore(), ['You are Ada.'])
  const listener = await NodeListener.listen(createHttpHandler(cloud.host))
  await using client = createClient({ baseUrl: listener.origin, host: local.host, resumeTimeoutMs: 100 })
  const agent = client.getAgent('assistant')
  const { threadId } = await agent.generate('I am Ada', { place: 'cloud' })
  const moves: string[] = []
  client.on('place-changed', ({ from, to }) => moves.push(`${from.kind} → ${to.kind}`))

  const stream = await agent.stream('Who am I?', { threadId })
  const events = stream[Symbol.asyncIterator]()
  await readUntil(events, 'text-delta')
  expect(stream.place.kind).toBe('cloud')
  await listener[Symbol.asyncDispose]()

  const result = await stream.result
  expect(result).toMatchObject({ text: 'You are Ada.', threadId, nodeId: local.host.nodeId })
  expect([stream.place.kind, moves]).toEqual(['local', ['cloud → local']])
  const told = local.model.requests[0]?.messages.slice(1).map(({ content }) => content)
  expect(told).toEqual(['I am Ada', 'Hello Ada.', 'Who am I?'])
  await cloud.host.stop({ graceMs: 0 })
  await local.host.stop({ graceMs: 0 })
})
