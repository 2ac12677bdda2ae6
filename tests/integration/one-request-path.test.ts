import type { LumosClient, RunEvent } from '@lomusai/client-js'
import { createIdentity } from '@lomusai/client-js/identity'
import { describe, expect, it, vi } from 'vitest'
import { normalise } from './normalise.ts'
import { Gate, World, ways } from './world.ts'

/** What scenarios recorded, by name, from the first way that ran them: every other way must give the same. */
const records = new Map<string, unknown>()

function expectSame(scenario: string, record: unknown): void {
  const normal = normalise(record)
  if (!records.has(scenario)) records.set(scenario, normal)
  expect(normal).toEqual(records.get(scenario))
}

async function collect(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

const types = (events: RunEvent[]) => events.map(event => event.type)

function sum(name: string, a: number, b: number) {
  return { name, arguments: { a, b } }
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    ({ code, retryable, details }) => ({ code, retryable, details }),
  )

describe.each(ways)('one request path, %s', way => {
  it('streams a run with tool calls side by side', async () => {
    await using world = await World.create(way, [
      {
        text: 'Let me see:',
        toolCalls: [sum('addLater', 1, 2), sum('add', 3, 4), sum('add', 5, 'six' as never)],
      },
      'It is 7 — 七。',
    ])
    const client = await world.client()
    const stream = await client.getAgent('assistant').stream('What is 3 + 4?')
    const events = await collect(stream)
    const result = await stream.result
    expect(events.map(event => event.id)).toEqual(events.map((_event, index) => index + 1))
    expect(types(events)).toEqual([
      'run-started',
      'step-started',
      ...Array(3).fill('text-delta'),
      'tool-called',
      'tool-called',
      'step-finished',
      ...Array(3).fill('tool-finished'),
      'message-added',
      'step-started',
      ...Array(5).fill('text-delta'),
      'step-finished',
      'message-added',
      'run-finished',
    ])
    const finished = events.filter(event => event.type === 'tool-finished')
    expect(finished.map(event => event.result)).toContain(7)
    expect(finished.at(-1)).toMatchObject({ name: 'addLater', result: 3 })
    expect(result).toMatchObject({ text: 'It is 7 — 七。', status: { state: 'TASK_STATE_COMPLETED' } })
    const { place: _place, ...same } = result
    expectSame('tools', { events, result: same })
  })

  it('goes on with the conversation', async () => {
    await using world = await World.create(way, ['Hello Ada.', 'You are Ada.'])
    const agent = (await world.client()).getAgent('assistant')
    const { threadId } = await agent.generate('I am Ada.')
    const { text, messages } = await agent.generate('Who am I?', { threadId })
    expect(text).toBe('You are Ada.')
    const asked = world.model.requests[1]?.messages.map(message => message.content)
    expect(asked?.slice(-3)).toEqual(['I am Ada.', 'Hello Ada.', 'Who am I?'])
    expectSame('conversation', { asked, messages })
  })

  it('stops reading on abort, while the run goes on', async () => {
    const gate = new Gate(2)
    await using world = await World.create(way, [{ text: 'one two three', gate: gate.wait }])
    const client = await world.client()
    const controller = new AbortController()
    const stream = await client.getAgent('assistant').stream('Count.', { signal: controller.signal })
    const seen: RunEvent[] = []
    const reason = new Error('read enough')
    const reading = (async () => {
      for await (const event of stream) seen.push(event)
    })()
    await gate.reached
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
    expect((await client.getRun(stream.runId)).status.state).toBe('TASK_STATE_WORKING')
    gate.open()
    const all = await collect(client.observe({ runId: stream.runId }))
    expect(seen.length).toBeLessThan(all.length)
    expect(all.slice(0, seen.length)).toEqual(seen)
    expect(all.at(-1)).toMatchObject({ type: 'run-finished', status: { state: 'TASK_STATE_COMPLETED' } })
    expectSame('abort', all)
  })

  it('cancels the run on stop, and stopping again changes nothing', async () => {
    const gate = new Gate(1)
    await using world = await World.create(way, [{ text: 'one two three', gate: gate.wait }])
    const client = await world.client()
    const stream = await client.getAgent('assistant').stream('Count.')
    await gate.reached
    const task = await stream.stop()
    const events = await collect(stream)
    const again = await client.stopRun(stream.runId)
    expect(task.status.state).toBe('TASK_STATE_CANCELED')
    expect(again).toEqual(task)
    expect(types(events)).toEqual(['run-started', 'step-started', 'text-delta', 'run-finished'])
    expect(events.at(-1)).toMatchObject({ status: { state: 'TASK_STATE_CANCELED' } })
    gate.open()
    await vi.waitFor(() => expect(world.model.activeCount).toBe(0))
    expectSame('stop', { events, task })
  })

  it('resumes behind any event, from another connection, without loss or repeat', async () => {
    const gate = new Gate(2)
    await using world = await World.create(way, [{ text: 'one two three four', gate: gate.wait }])
    const identity = await createIdentity()
    const [first, second] = [await world.client(identity), await world.client(identity)]
    const stream = await first.getAgent('assistant').stream('Count.')
    const before: RunEvent[] = []
    for await (const event of stream) if (before.push(event) === 4) break
    const { runId } = stream
    await first.stop()
    const rest = collect(second.observe({ runId, offset: 4 }))
    gate.open()
    const all = [...before, ...(await rest)]
    expect(all.map(event => event.id)).toEqual(all.map((_event, index) => index + 1))
    expect(all.at(-1)?.type).toBe('run-finished')
    for (let offset = 0; offset < all.length; offset++) {
      expect(await collect(second.observe({ runId, offset }))).toEqual(all.slice(offset))
    }
    expectSame('resume', all)
  })

  it('ends the run at its deadline', async () => {
    const gate = new Gate(1)
    await using world = await World.create(way, [{ text: 'one two three', gate: gate.wait }])
    const client = await world.client()
    const stream = await client.getAgent('assistant').stream('Count.', { deadlineMs: 5000 })
    const events = collect(stream)
    await gate.reached
    world.clock.advance(5000)
    expect((await events).at(-1)).toMatchObject({
      type: 'run-finished',
      status: { state: 'TASK_STATE_FAILED' },
      error: { code: 'deadline-exceeded' },
    })
    await expect(stream.result).rejects.toMatchObject({ code: 'deadline-exceeded' })
    gate.open()
    await vi.waitFor(() => expect(world.model.activeCount).toBe(0))
    expectSame('deadline', await events)
  })

  it('waits for a person where a tool asks for it', async () => {
    await using world = await World.create(way, [
      { toolCalls: [{ name: 'erase', arguments: {} }] },
      { toolCalls: [{ name: 'erase', arguments: {} }] },
      'Done.',
    ])
    const client = await world.client()
    const stream = await client.getAgent('assistant').stream('Erase it.')
    const events: RunEvent[] = []
    const answers = [false, true]
    for await (const event of stream) {
      events.push(event)
      if (event.type !== 'approval-requested') continue
      expect((await client.getRun(stream.runId)).status.state).toBe('TASK_STATE_INPUT_REQUIRED')
      await stream.approve(event.toolCallId, answers.shift() as boolean)
    }
    const results = events.filter(event => event.type === 'tool-finished')
    expect(results.map(event => event.isError)).toEqual([true, false])
    expect(results[1]?.result).toBe('erased')
    expectSame('approval', events)
  })

  it('tells what went wrong inside a run', async () => {
    await using world = await World.create(way, [{ text: 'one two', error: new Error('out of memory') }])
    const client = await world.client()
    const stream = await client.getAgent('assistant').stream('Count.')
    const events = await collect(stream)
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: { state: 'TASK_STATE_FAILED' } })
    expectSame('failure', { events, error: await refusal(stream.result) })
  })

  it('refuses bad input with typed errors, and lives on', async () => {
    await using world = await World.create(way, ['Still here.'])
    const client = await world.client()
    const stranger = await createIdentity()
    const forger = { ...(await createIdentity()), did: stranger.did }
    const scribbler = { ...(await createIdentity()), sign: () => new Uint8Array(64) }
    const refusals = {
      'unknown agent': await refusal(client.getAgent('nobody').generate('Hello?')),
      'unknown run': await refusal(collect(client.observe({ runId: 'run-of-nobody' }))),
      'unknown tool': await refusal(client.getTool('nothing').execute({})),
      'wrong parameters': await refusal(client.getAgent('assistant').generate('Hello?', { maxSteps: -1 })),
      'wrong arguments': await refusal(client.getTool('add').execute({ a: 'one' })),
      'too large': await refusal(client.getAgent('assistant').generate('x'.repeat(2 * 1024 * 1024))),
      'another’s name': await refusal((await world.client(forger)).getNode()),
      'no signature': await refusal((await world.client(scribbler)).getNode()),
      'a passed deadline': await refusal(client.getAgent('assistant').generate('Hello?', { deadlineMs: 0 })),
    }
    const codes = Object.fromEntries(Object.entries(refusals).map(([name, error]) => [name, error?.code]))
    expect(codes).toEqual({
      'unknown agent': 'not-found',
      'unknown run': 'not-found',
      'unknown tool': 'not-found',
      'wrong parameters': 'invalid-request',
      'wrong arguments': 'invalid-request',
      'too large': 'too-large',
      'another’s name': 'invalid-proof',
      'no signature': 'invalid-proof',
      'a passed deadline': 'deadline-exceeded',
    })
    expectSame('refusals', refusals)
    expect((await client.getAgent('assistant').generate('Hello?')).text).toBe('Still here.')
  })

  it('shows a run to nobody but who asked for it', async () => {
    await using world = await World.create(way, ['A secret.'])
    const [owner, other] = [await world.client(), await world.client()]
    const { runId, threadId } = await owner.getAgent('assistant').generate('Tell me.')
    const attempts = (client: LumosClient) => [
      refusal(collect(client.observe({ runId }))),
      refusal(client.getRun(runId)),
      refusal(client.stopRun(runId)),
      refusal(client.getMemoryThread(threadId).get()),
    ]
    const codes = async (client: LumosClient) =>
      (await Promise.all(attempts(client))).map(error => error?.code)
    expect(await codes(other)).toEqual(Array(4).fill('not-found'))
    expect(await codes(owner)).toEqual(Array(4).fill(undefined))
  })

  it('without permission: forbidden, naming the missing command', async () => {
    await using world = await World.create(way, [], ['/agent/list'])
    const client = await world.client()
    expect(Object.keys(await client.getAgents())).toEqual(['assistant'])
    const attempts = {
      '/agent/run': () => client.getAgent('assistant').generate('Hello?'),
      '/agent/get': () => client.getAgent('assistant').details(),
      '/thread/create': () => client.createMemoryThread(),
      '/tool/call': () => client.getTool('add').execute({ a: 1, b: 2 }),
      '/access/list': () => client.access.list(),
      '/access/grant': () => client.access.grant({ audience: world.host.nodeId, command: '/' }),
      '/audit/head': () => client.audit.head(),
    }
    for (const [command, attempt] of Object.entries(attempts)) {
      const error = await refusal(attempt())
      const { host } = world
      expect(error).toMatchObject({
        code: 'forbidden',
        retryable: false,
        details: { command, subject: host.nodeId },
      })
    }
  })

  it('with a delegation: works, for exactly what it says', async () => {
    await using world = await World.create(way, ['For Bob.'], [])
    const [anna, bob] = [await createIdentity(), await createIdentity()]
    for (const command of ['/thread', '/agent'] as const) {
      await world.access.grant({ audience: anna.did, command })
    }
    const ofAnna = await world.client(anna)
    const { threadId } = await ofAnna.createMemoryThread({ title: 'Trip' })
    const passed = [
      // The use of the node, and Anna's data: two questions, two permissions.
      await ofAnna.access.delegate({ audience: bob.did, command: '/thread', subject: world.host.nodeId }),
      await ofAnna.access.delegate({
        audience: bob.did,
        command: '/thread/get',
        policy: [['==', '.threadId', threadId]],
      }),
    ]
    const delegations = passed.map(({ token }) => token)
    const ofBob = await world.client(bob, { subject: anna.did, delegations })
    expect(await ofBob.getMemoryThread(threadId).get()).toMatchObject({ threadId, title: 'Trip' })
    const other = await ofAnna.createMemoryThread()
    const ofBobAtNode = await world.client(bob, { subject: anna.did, delegations: delegations.slice(1) })
    const ofEve = await world.client(await createIdentity(), { subject: anna.did, delegations })
    const attempts = [
      ofBob.getMemoryThread(other.threadId).get(),
      ofBob.getMemoryThread(threadId).delete(),
      ofBob.getAgents(),
      ofBobAtNode.getMemoryThread(threadId).get(),
      ofEve.getMemoryThread(threadId).get(),
    ]
    for (const error of await Promise.all(attempts.map(refusal))) {
      expect(error).toMatchObject({ code: 'forbidden' })
    }
    const [fromNode, fromAnna] = [await world.client(bob, { delegations }), ofBob]
    expect(await fromNode.getMemoryThreads()).toEqual([])
    expect(await refusal(fromAnna.getMemoryThreads())).toMatchObject({ code: 'forbidden' })
  })

  it('revoked: refused from the next request on, by whoever gave it', async () => {
    await using world = await World.create(way, [], ['/revocation/add', '/thread'])
    const [anna, bob] = [await createIdentity(), await createIdentity()]
    const ofAnna = await world.client(anna)
    const { threadId } = await ofAnna.createMemoryThread()
    const grant = await ofAnna.access.delegate({ audience: bob.did, command: '/thread' })
    const ofBob = await world.client(bob, { subject: anna.did, delegations: [grant.token] })
    const tools = await world.access.grant({ audience: bob.did, command: '/tool' })
    const bobAtNode = await world.client(bob)
    await ofBob.getMemoryThread(threadId).get()
    await bobAtNode.getTools()
    await ofAnna.access.revoke(grant)
    await world.access.revoke(tools.cid)
    const [ofData, ofNode] = [
      await refusal(ofBob.getMemoryThread(threadId).get()),
      await refusal(bobAtNode.getTools()),
    ]
    const why = { command: '/thread/get', subject: anna.did, obstacles: { [grant.cid]: 'revoked' } }
    expect(ofData).toEqual({ code: 'forbidden', retryable: false, details: why })
    expect(ofNode).toMatchObject({ code: 'forbidden', details: { command: '/tool/list' } })
  })
})
