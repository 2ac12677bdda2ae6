import { describe, expect, it } from 'vitest'
import type {
  Host,
  Model,
  NodeId,
  RequestEnvelope,
  RunId,
  Store,
  ThreadId,
  Tool,
  Verb,
} from '../contracts/index.ts'
import { createSystemClock, signEnvelope, utf8 } from '../core/index.ts'
import { createIdentity } from '../identity/index.ts'
import { MemoryStore } from '../stores/memory-store.ts'
import { collect, Requester, runParams, userMessage } from './host-fixture.ts'
import { ScriptedModel, type ScriptedTurn } from './scripted-model.ts'

export interface HostSuiteParts {
  model: Model
  tools: Tool[]
  store: Store
}

export interface HostSuiteOptions {
  /** A host, not started, with an agent `assistant` that uses `model` and `tools`, and keeps its state in `store`. */
  create(parts: HostSuiteParts): Promise<Host> | Host
}

const context = { transport: 'in-process' } as const

/** What every {@link Host} must do. */
export function hostSuite(name: string, options: HostSuiteOptions): void {
  async function setUp(script: ScriptedTurn[] = ['One two three.'], store: Store = new MemoryStore()) {
    const model = new ScriptedModel({ script })
    const host = await options.create({ model, tools: [], store })
    await host.start()
    return { host, model, store, alice: await Requester.create(host) }
  }
  describe(`${name} is a Host`, () => {
    running(setUp)
    refusing(setUp)
    stopping(setUp)
  })
}

type SetUp = (
  script?: ScriptedTurn[],
  store?: Store,
) => Promise<{ host: Host; model: ScriptedModel; store: Store; alice: Requester }>

function running(setUp: SetUp): void {
  it('says who it is', async () => {
    const { host, alice } = await setUp()
    expect(await alice.ask('node.describe', {})).toMatchObject({ nodeId: host.nodeId, protocol: 'lumos/1' })
    expect((await alice.ask('agent.list', {})).agents.map(({ agentId }) => agentId)).toContain('assistant')
  })

  it('numbers the events of a run from run-started to run-finished', async () => {
    const events = await (await setUp()).alice.run('Count.')
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1))
    expect(events[0]).toMatchObject({ type: 'run-started', agentId: 'assistant' })
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: { state: 'TASK_STATE_COMPLETED' } })
  })

  it('gives the rest of a run from any offset, while it runs and after', async () => {
    const { alice } = await setUp()
    const params = runParams('Count.')
    const events = await collect(alice.stream('agent.run', params, { idempotencyKey: 'key' }))
    const { runId } = events[0] as unknown as { runId: RunId }
    for (let offset = 0; offset < events.length; offset++) {
      expect(await collect(alice.stream('run.observe', { runId, offset }))).toEqual(events.slice(offset))
      const repeated = alice.stream('agent.run', params, { idempotencyKey: 'key', lastEventId: offset })
      expect(await collect(repeated)).toEqual(events.slice(offset))
    }
    for (const offset of [events.length, events.length + 5]) {
      const beyond = collect(alice.stream('run.observe', { runId, offset }))
      await expect(beyond).rejects.toMatchObject({
        code: 'invalid-request',
        details: { lastEventId: events.length },
      })
    }
  })

  it('executes an idempotency key once, however many ask at the same time', async () => {
    const { alice, model } = await setUp()
    const params = runParams('Count.')
    const asking = () => collect(alice.stream('agent.run', params, { idempotencyKey: 'key' }))
    const [first, ...others] = await Promise.all([asking(), asking(), asking()])
    for (const other of others) expect(other).toEqual(first)
    expect(model.requests).toHaveLength(1)
  })

  it('lets a run go on when its reader leaves, and stops it on run.stop', async () => {
    const gate = Promise.withResolvers<void>()
    const turn = { text: 'one two', gate: (chunk: number) => (chunk === 1 ? gate.promise : undefined) }
    const { alice, model } = await setUp([turn, turn])
    const runIds: RunId[] = []
    for (let run = 0; run < 2; run++) {
      for await (const event of alice.stream('agent.run', runParams('Count.'))) {
        if (event.type === 'run-started') runIds.push(event.runId)
        if (event.type === 'text-delta') break
      }
    }
    const [left, stopped] = runIds as [RunId, RunId]
    expect(await alice.ask('run.stop', { runId: stopped })).toMatchObject({
      status: { state: 'TASK_STATE_CANCELED' },
    })
    expect(await alice.ask('run.get', { runId: left })).toMatchObject({
      status: { state: 'TASK_STATE_WORKING' },
    })
    gate.resolve()
    const events = await collect(alice.stream('run.observe', { runId: left }))
    expect(events.at(-1)).toMatchObject({ status: { state: 'TASK_STATE_COMPLETED' } })
    const ended = await collect(alice.stream('run.observe', { runId: stopped }))
    expect(ended.at(-1)).toMatchObject({ type: 'run-finished', status: { state: 'TASK_STATE_CANCELED' } })
    expect(await alice.ask('run.stop', { runId: stopped })).toMatchObject({
      status: { state: 'TASK_STATE_CANCELED' },
    })
    expect(model.requests).toHaveLength(2)
  })

  it('ends a run at its deadline', async () => {
    const { alice } = await setUp([{ text: 'never', gate: () => new Promise(() => {}) }])
    const events = await alice.run('Count.', {}, { deadline: createSystemClock().now() + 150 })
    expect(events.at(-1)).toMatchObject({
      status: { state: 'TASK_STATE_FAILED' },
      error: { code: 'deadline-exceeded' },
    })
  })

  it('keeps what was said in a thread of its requester', async () => {
    const { alice } = await setUp(['Hello Ada.', 'You are Ada.'])
    const [started] = await alice.run('I am Ada.')
    const { threadId } = started as unknown as { threadId: ThreadId }
    await alice.run('Who am I?', { threadId })
    const { messages } = await alice.ask('message.list', { threadId })
    expect(messages.map(message => message.parts[0]?.text)).toEqual([
      'I am Ada.',
      'Hello Ada.',
      'Who am I?',
      'You are Ada.',
    ])
    expect((await alice.ask('thread.list', {})).threads).toHaveLength(1)
  })
}

function refusing(setUp: SetUp): void {
  it('shows nobody the runs and threads of another', async () => {
    const { host, alice } = await setUp()
    const bob = await Requester.create(host)
    const [started] = await alice.run('Count.')
    const { runId, threadId } = started as unknown as { runId: RunId; threadId: ThreadId }
    const refusal = { code: 'not-found' }
    await expect(bob.ask('run.get', { runId })).rejects.toMatchObject(refusal)
    await expect(bob.ask('run.stop', { runId })).rejects.toMatchObject(refusal)
    await expect(collect(bob.stream('run.observe', { runId }))).rejects.toMatchObject(refusal)
    await expect(bob.ask('thread.get', { threadId })).rejects.toMatchObject(refusal)
    await expect(bob.ask('message.list', { threadId })).rejects.toMatchObject(refusal)
    await expect(bob.ask('message.add', { threadId, messages: [userMessage('x')] })).rejects.toMatchObject(
      refusal,
    )
    expect((await bob.ask('thread.list', {})).threads).toEqual([])
  })

  const changes: [string, (envelope: RequestEnvelope) => unknown, string][] = [
    ['another audience', envelope => ({ ...envelope, audience: envelope.issuer as NodeId }), 'invalid-proof'],
    ['an issuer who did not sign', envelope => ({ ...envelope, issuer: envelope.audience }), 'invalid-proof'],
    ['params nobody signed', envelope => ({ ...envelope, verb: 'thread.list' }), 'invalid-proof'],
    ['a member it does not know', envelope => ({ ...envelope, extra: 1 }), 'invalid-request'],
    ['no deadline', ({ deadline: _, ...envelope }) => envelope, 'invalid-request'],
    ['another protocol', envelope => ({ ...envelope, protocol: 'lumos/9' }), 'protocol-mismatch'],
    ['an unknown verb', envelope => ({ ...envelope, verb: 'node.destroy' }), 'not-found'],
    ['a verb of Object.prototype', envelope => ({ ...envelope, verb: 'constructor' }), 'not-found'],
    ['a deadline in the past', envelope => ({ ...envelope, deadline: 1 }), 'deadline-exceeded'],
    ['an old date', envelope => ({ ...envelope, issuedAt: envelope.issuedAt - 61_000 }), 'invalid-proof'],
  ]
  it.each(changes)('refuses %s', async (_title, change, code) => {
    const { host, alice } = await setUp()
    const envelope = change((await alice.envelope('agent.list', {})) as RequestEnvelope) as RequestEnvelope
    await expect(collect(host.handle(envelope, context))).rejects.toMatchObject({ code })
    const bytes = utf8.encode(JSON.stringify(envelope))
    await expect(collect(host.handle(bytes, context))).rejects.toMatchObject({ code })
    expect(await alice.ask('agent.list', {})).toBeDefined()
  })

  it('refuses bytes that are no request, and lives on', async () => {
    const { host, alice } = await setUp()
    const inputs: [Uint8Array, string][] = [
      [new Uint8Array(), 'malformed-frame'],
      [Uint8Array.of(0xff, 0xfe), 'malformed-frame'],
      [utf8.encode('{"a":'), 'malformed-frame'],
      [utf8.encode('[]'), 'invalid-request'],
      [utf8.encode(`${'['.repeat(500)}${']'.repeat(500)}`), 'too-large'],
      [new Uint8Array(3 * 1024 * 1024).fill(0x20), 'too-large'],
    ]
    for (const [input, code] of inputs) {
      await expect(collect(host.handle(input, context))).rejects.toMatchObject({ code })
    }
    expect(await alice.ask('agent.list', {})).toBeDefined()
  })

  it('refuses an envelope it has seen, also when it was refused then', async () => {
    const { host, alice } = await setUp()
    for (const verb of ['thread.list', 'thread.get'] as Verb[]) {
      const params = verb === 'thread.get' ? { threadId: 'none' as ThreadId } : {}
      const envelope = (await alice.envelope(verb, params as never)) as RequestEnvelope
      await collect(host.handle(envelope, context)).catch(() => {})
      await expect(collect(host.handle(envelope, context))).rejects.toMatchObject({
        code: 'replayed-request',
      })
    }
  })

  it('says in an invalid request what is wrong where', async () => {
    const { alice } = await setUp()
    const params = {
      ...runParams('x'),
      maxSteps: 0,
      messages: [{ ...userMessage('x'), role: 'ROLE_SYSTEM' as never }],
    }
    const error = await collect(alice.stream('agent.run', params)).catch(error => error)
    expect(error).toMatchObject({ code: 'invalid-request' })
    const paths = error.details.issues.map(({ path }: { path: string }) => path)
    expect(paths.sort()).toEqual(['/maxSteps', '/messages/0/role'])
  })

  it('refuses unknown agents, runs, threads and tools with not-found', async () => {
    const { alice } = await setUp()
    const refusal = { code: 'not-found' }
    await expect(alice.run('x', { agentId: 'nobody' as never })).rejects.toMatchObject(refusal)
    await expect(alice.ask('run.get', { runId: 'none' as RunId })).rejects.toMatchObject(refusal)
    await expect(alice.ask('thread.get', { threadId: 'none' as ThreadId })).rejects.toMatchObject(refusal)
    await expect(alice.ask('tool.call', { name: 'none', arguments: {} })).rejects.toMatchObject(refusal)
  })

  it('accepts nothing that another node was asked', async () => {
    const { host } = await setUp()
    const mallory = await createIdentity()
    const elsewhere = await Requester.create({ nodeId: mallory.did, handle: () => (async function* () {})() })
    const { proof: _, ...envelope } = (await elsewhere.envelope('agent.list', {})) as RequestEnvelope
    const forged = await signEnvelope({ ...envelope, audience: host.nodeId }, mallory)
    await expect(collect(host.handle(forged as RequestEnvelope, context))).rejects.toMatchObject({
      code: 'invalid-proof',
    })
  })
}

function stopping(setUp: SetUp): void {
  it('suspends what does not finish in time, and the next host goes on', async () => {
    const store = new MemoryStore()
    const first = await setUp(
      [{ text: 'one two', gate: chunk => (chunk === 1 ? new Promise(() => {}) : undefined) }],
      store,
    )
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const event of first.alice.stream('agent.run', runParams('Count.'))) seen.push(event)
    })()
    const refusal = expect(reading).rejects.toMatchObject({ code: 'node-stopping', retryable: true })
    while (seen.length < 3) await new Promise(resolve => setImmediate(resolve))
    await first.host.stop({ graceMs: 0 })
    await refusal
    await expect(first.alice.ask('agent.list', {})).rejects.toMatchObject({ code: 'node-stopping' })
    const second = await setUp(['one two'], store)
    const { runId } = seen[0] as { runId: RunId }
    const reader = first.alice.at(second.host)
    const rest = await collect(reader.stream('run.observe', { runId, offset: seen.length }))
    expect(rest[0]?.id).toBe(seen.length + 1)
    expect(rest.at(-1)).toMatchObject({ type: 'run-finished', status: { state: 'TASK_STATE_COMPLETED' } })
    await second.host.stop()
  })

  it('lets a run that is nearly done finish when it stops', async () => {
    const gate = Promise.withResolvers<void>()
    const { host, alice } = await setUp([{ text: 'one', gate: () => gate.promise }])
    const running = alice.run('Count.')
    await new Promise(resolve => setImmediate(resolve))
    while ((await alice.ask('thread.list', {})).threads.length === 0)
      await new Promise(resolve => setImmediate(resolve))
    const stopped = host.stop({ graceMs: 10_000 })
    gate.resolve()
    await stopped
    expect((await running).at(-1)).toMatchObject({ status: { state: 'TASK_STATE_COMPLETED' } })
  })

  it('starts and stops any number of times', async () => {
    const { host, alice } = await setUp()
    await Promise.all([host.start(), host.start()])
    await Promise.all([host.stop(), host.stop()])
    await host.stop()
    await host.start()
    expect(await alice.ask('agent.list', {})).toBeDefined()
    await host.stop()
  })
}
