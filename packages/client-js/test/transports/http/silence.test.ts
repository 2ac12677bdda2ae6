import { expect, it } from 'vitest'
import type { AgentId, HostEvent, RunId, ThreadId } from '../../../src/contracts/index.ts'
import { createEnvelope } from '../../../src/core/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { ManualClock, ScriptedHandler } from '../../../src/testing.ts'
import { createHttpHandler } from '../../../src/transports/http/create-http-handler.ts'
import { httpTransport } from '../../../src/transports/http/http-transport.ts'

async function silentStream(serverClock: ManualClock, clientClock: ManualClock) {
  const identity = await createIdentity()
  const ids = { runId: 'run' as RunId, threadId: 'thread' as ThreadId, agentId: 'assistant' as AgentId }
  const handler = new ScriptedHandler(identity.did, {
    async *'agent.run'(): AsyncGenerator<HostEvent> {
      yield { id: 1, type: 'run-started', ...ids, nodeId: identity.did }
      await new Promise(() => {})
    },
  })
  const answer = createHttpHandler(handler, { clock: serverClock })
  const transport = httpTransport({
    clock: clientClock,
    fetch: (url, init) => answer(new Request(url as string, init)),
  })
  const connection = await transport.dial('http://127.0.0.1:4111')
  const envelope = await createEnvelope({
    verb: 'agent.run',
    params: { agentId: ids.agentId, messages: [] },
    identity,
    audience: identity.did,
    clock: clientClock,
  })
  const events = connection.request(envelope)[Symbol.asyncIterator]()
  expect(await events.next()).toMatchObject({ value: { type: 'run-started' } })
  return { events, connection, transport }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

it('a stream that stays silent is lost, so that its reader can go on elsewhere', async () => {
  const clock = new ManualClock()
  const { events, connection, transport } = await silentStream(new ManualClock(), clock)
  const next = events.next()
  await turn()
  clock.advance(45_000)
  await expect(next).rejects.toMatchObject({ code: 'connection-lost', retryable: true })
  expect(connection.isOpen).toBe(false)
  await transport.stop()
})

it('a stream whose node shows life is waited for', async () => {
  const [serverClock, clock] = [new ManualClock(), new ManualClock()]
  const { events, connection, transport } = await silentStream(serverClock, clock)
  const next = events.next()
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  next.then(settle, settle)
  for (let step = 0; step < 10; step++) {
    await turn()
    serverClock.advance(15_000)
    await turn()
    clock.advance(15_000)
  }
  expect(isSettled).toBe(false)
  await connection.close()
  await expect(next).rejects.toMatchObject({ code: 'connection-lost' })
  expect(clock.timerCount).toBe(0)
  await transport.stop()
})
