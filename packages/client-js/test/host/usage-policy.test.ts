import { describe, expect, it, vi } from 'vitest'
import { noteKeeper, notesTools } from '../../src/agents/index.ts'
import type {
  Authorizer,
  Identity,
  JsonObject,
  RequestHandler,
  RunEvent,
  SignedUsagePolicy,
  Store,
  Task,
  ThreadId,
  TransportKind,
} from '../../src/contracts/index.ts'
import { MemoryStore } from '../../src/host.ts'
import { createIdentity, createVerifier } from '../../src/identity.ts'
import {
  createUsagePolicy,
  StoreUsagePolicies,
  signUsagePolicy,
  type UsagePolicyInput,
} from '../../src/privacy/usage-policy/index.ts'
import { Requester, userMessage } from '../../src/testing/host-fixture.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { ScriptedModel, type ScriptedModelOptions } from '../../src/testing/scripted-model.ts'
import { type HostSetup, setUpHost } from './host-setup.ts'

const threadId = 'plans' as ThreadId

/** Alice owns a thread with a message in it; Bob holds a delegation of hers for everything. */
async function setUp(setup: HostSetup = {}) {
  const identity = await createIdentity()
  const authorizer: Authorizer = { authorize: () => ({ subject: identity.did, delegations: [] }) }
  const store = new MemoryStore()
  const usage = new StoreUsagePolicies({ store, verifier: createVerifier(), ...clockOf(setup) })
  const tools = notesTools(store, { usage })
  const { host, ...rest } = await setUpHost({
    authorizer,
    store,
    usage,
    tools,
    dataKeepers: [noteKeeper(store)],
    ...setup,
  })
  const alice = new Requester(identity, host)
  const bob = await Requester.create(host)
  await alice.ask('thread.create', { threadId, title: 'Surprise party' })
  await alice.ask('message.add', { threadId, messages: [userMessage('The cake is in the cellar.')] })
  let version = 0
  const policyOf = (input: UsagePolicyInput, name = `thread/${threadId}`): Promise<SignedUsagePolicy> =>
    sign(identity, input, name, ++version)
  const allow = async (input: UsagePolicyInput) =>
    alice.ask('thread.update', { threadId, usage: await policyOf(input) })
  return { ...rest, host, identity, alice, bob, store, usage, policyOf, allow }
}

function clockOf({ clock }: HostSetup) {
  return clock === undefined ? {} : { clock }
}

async function sign(identity: Identity, input: UsagePolicyInput, name: string, version: number) {
  const resource = { owner: identity.did, name }
  return signUsagePolicy(identity, { resource, policy: createUsagePolicy(input), version })
}

/** The same host, reached through another medium. */
function through(handler: RequestHandler, transport: TransportKind): RequestHandler {
  return {
    nodeId: handler.nodeId,
    handle: (input, context) => handler.handle(input, { ...context, transport }),
  }
}

function failureOf(events: RunEvent[]) {
  const last = events.at(-1)
  return last?.type === 'run-finished' ? last.error : undefined
}

const forbidden = { code: 'forbidden' }

describe('a thread with a usage policy', () => {
  it('carries the policy as its owner signed it', async () => {
    const { alice, allow, policyOf } = await setUp()
    expect((await alice.ask('thread.get', { threadId })).usage).toBeUndefined()
    const { usage } = await allow({ share: ['anyone'] })
    expect(usage?.policy.share).toEqual({ principals: ['anyone'] })
    expect((await alice.ask('thread.get', { threadId })).usage).toEqual(usage)
    const other = 'other' as ThreadId
    const created = await policyOf({}, 'thread/other')
    expect((await alice.ask('thread.create', { threadId: other, usage: created })).usage).toEqual(created)
    const { threads } = await alice.ask('thread.list', {})
    expect(threads.map(thread => thread.usage)).toEqual([created, usage])
    expect((await alice.ask('usage.list', {})).policies).toEqual([created, usage])
  })

  it('is read by a delegate while its owner said nothing, and then by those the owner names', async () => {
    const { bob, allow } = await setUp()
    expect((await bob.ask('thread.get', { threadId })).title).toBe('Surprise party')
    expect((await bob.ask('message.list', { threadId })).messages).toHaveLength(1)
    await allow({})
    await expect(bob.ask('thread.get', { threadId })).rejects.toMatchObject(forbidden)
    await expect(bob.ask('message.list', { threadId })).rejects.toMatchObject(forbidden)
    await expect(bob.ask('thread.update', { threadId, title: 'x' })).rejects.toMatchObject(forbidden)
    expect((await bob.ask('thread.list', {})).threads).toEqual([])
    await allow({ read: [bob.did] })
    expect((await bob.ask('message.list', { threadId })).messages).toHaveLength(1)
    expect((await bob.ask('thread.list', {})).threads).toHaveLength(1)
  })

  it('stays readable for its owner whatever it says of others', async () => {
    const { alice, allow } = await setUp()
    await allow({ inference: [] })
    expect((await alice.ask('message.list', { threadId })).messages).toHaveLength(1)
  })

  it('takes no policy of another thread, of another owner, or with a forged signature', async () => {
    const { alice, bob, policyOf, identity } = await setUp()
    const mine = await policyOf({ read: ['anyone'] })
    const elsewhere = await policyOf({}, 'thread/other')
    const bobs = await sign(await createIdentity(), {}, `thread/${threadId}`, 9)
    for (const usage of [elsewhere, bobs]) {
      const update = alice.ask('thread.update', { threadId, usage })
      await expect(update).rejects.toMatchObject({ code: 'invalid-request' })
    }
    const forged = { ...mine, policy: createUsagePolicy({ share: ['anyone'] }) }
    for (const by of [alice, bob]) {
      const update = by.ask('thread.update', { threadId, usage: forged })
      await expect(update).rejects.toMatchObject({ code: 'invalid-proof' })
    }
    const malformed = { ...mine, policy: { read: 'anyone' } } as unknown as SignedUsagePolicy
    const update = alice.ask('thread.update', { threadId, usage: malformed })
    await expect(update).rejects.toMatchObject({ code: 'invalid-request' })
    expect(mine.owner).toBe(identity.did)
    expect((await alice.ask('thread.get', { threadId })).usage).toBeUndefined()
  })

  it('is deleted together with its policy', async () => {
    const { alice, allow, usage, identity } = await setUp()
    await allow({ read: ['anyone'] })
    await alice.ask('thread.delete', { threadId })
    expect(await usage.list(identity.did)).toEqual([])
  })
})

describe('inference', () => {
  it('happens at the places that the policy names', async () => {
    const { host, alice, allow, model } = await setUp({ script: ['Hello.', 'Hello again.'] })
    await allow({ inference: { places: ['local', 'peer'] } })
    for (const transport of ['in-process', 'libp2p'] as const) {
      const events = await alice.at(through(host, transport)).run('Hi', { threadId })
      expect(failureOf(events)).toBeUndefined()
    }
    const asked = model.requests.length
    for (const transport of ['http', 'websocket'] as const) {
      const run = alice.at(through(host, transport)).run('Hi', { threadId })
      await expect(run).rejects.toMatchObject({ ...forbidden, details: { purpose: 'inference' } })
    }
    expect(model.requests).toHaveLength(asked)
  })

  it('on this machine alone shuts out a model that is elsewhere', async () => {
    const remote = new ScriptedModel({ script: ['Hello.'] })
    Object.assign(remote.info, { isLocal: false })
    const { alice, allow } = await setUp({ model: remote })
    await allow({ inference: { places: ['local'] } })
    const events = await alice.run('Hi', { threadId })
    expect(failureOf(events)).toMatchObject(forbidden)
    expect(remote.requests).toEqual([])
    await allow({ inference: { places: ['local', 'cloud'] } })
    expect(failureOf(await alice.run('Hi', { threadId }))).toBeUndefined()
  })

  it('by a delegate needs leave for both reading and inference', async () => {
    const { bob, allow } = await setUp({ script: ['One.', 'Two.'] })
    expect(failureOf(await bob.run('Hi', { threadId }))).toBeUndefined()
    await allow({ read: [bob.did] })
    await expect(bob.run('Hi', { threadId })).rejects.toMatchObject(forbidden)
    await allow({ inference: [bob.did] })
    await expect(bob.run('Hi', { threadId })).rejects.toMatchObject(forbidden)
    await allow({ read: [bob.did], inference: [bob.did] })
    expect(failureOf(await bob.run('Hi', { threadId }))).toBeUndefined()
  })

  it('stops at the next step when the owner takes leave back during a run', async () => {
    let revoke: () => Promise<unknown> = async () => {}
    const script: ScriptedModelOptions['script'] = [
      { toolCalls: [{ name: 'revoke', arguments: {} }] },
      'Never said.',
    ]
    const tool = {
      name: 'revoke',
      description: 'Stands for the owner acting meanwhile.',
      parameters: { type: 'object' } as JsonObject,
      execute: async () => {
        await revoke()
        return 'done'
      },
    }
    const { bob, allow, model } = await setUp({ script, tools: [tool] })
    await allow({ read: [bob.did], inference: [bob.did] })
    revoke = () => allow({})
    const events = await bob.run('Hi', { threadId })
    expect(failureOf(events)).toMatchObject(forbidden)
    expect(model.requests).toHaveLength(1)
  })
})

describe('a run', () => {
  const runIdOf = (events: RunEvent[]) => {
    const [first] = events
    if (first?.type !== 'run-started') throw new Error('no run')
    return first.runId
  }

  it('is followed by who started it, and by readers of its conversation', async () => {
    const { alice, bob, allow, host } = await setUp()
    const ofAlice = runIdOf(await alice.run('Hi', { threadId }))
    await allow({ read: [bob.did], inference: [bob.did, 'owner'] })
    const ofBob = runIdOf(await bob.run('Hi', { threadId }))
    expect((await bob.ask('run.get', { runId: ofAlice })).id).toBe(ofAlice)
    await allow({})
    for (const verb of ['run.get', 'run.stop'] as const) {
      await expect(bob.ask(verb, { runId: ofAlice })).rejects.toMatchObject(forbidden)
      const task: Task = await bob.ask(verb, { runId: ofBob })
      expect(task.id).toBe(ofBob)
    }
    const approval = { runId: ofAlice, toolCallId: 'call' as never, approved: true }
    await expect(bob.ask('run.approve', approval)).rejects.toMatchObject(forbidden)
    const observation = bob.stream('run.observe', { runId: ofAlice })
    await expect(observation.next()).rejects.toMatchObject(forbidden)
    const carol = await Requester.create(host)
    await expect(carol.ask('run.get', { runId: ofBob })).rejects.toMatchObject(forbidden)
  })
})

describe('notes', () => {
  const noteNames = async (store: Store, identity: Identity) => {
    const names: string[] = []
    const prefix = `note/${identity.did}/`
    for await (const { key } of store.list({ prefix })) names.push(`note/${key.slice(prefix.length)}`)
    return names
  }

  it('are found by others only where their policy allows it', async () => {
    const { alice, bob, store, identity, policyOf } = await setUp()
    await alice.ask('tool.call', { name: 'notes_add', arguments: { text: 'The code is 4711' } })
    const search = { name: 'notes_search', arguments: { query: 'code' } }
    expect((await bob.ask('tool.call', search)).result).toMatchObject([{ text: 'The code is 4711' }])
    const [name] = await noteNames(store, identity)
    await alice.ask('usage.update', { usage: await policyOf({}, name) })
    expect((await bob.ask('tool.call', search)).result).toBe('No note matches.')
    expect((await alice.ask('tool.call', search)).result).toMatchObject([{ text: 'The code is 4711' }])
  })

  it('taken in a bound conversation are bound by it, and bind the conversations they are found in', async () => {
    const script: ScriptedModelOptions['script'] = [
      { toolCalls: [{ name: 'notes_add', arguments: { text: 'The code is 4711' } }] },
      'Noted.',
      { toolCalls: [{ name: 'notes_search', arguments: { query: 'code' } }] },
      'It is 4711.',
    ]
    const { alice, bob, allow } = await setUp({ script })
    await allow({ read: ['anyone'] })
    await allow({})
    expect(failureOf(await alice.run('Note it', { threadId }))).toBeUndefined()
    const search = { name: 'notes_search', arguments: { query: 'code' } }
    expect((await bob.ask('tool.call', search)).result).toBe('No note matches.')
    const other = 'other' as ThreadId
    await alice.ask('thread.create', { threadId: other })
    expect((await bob.ask('thread.get', { threadId: other })).threadId).toBe(other)
    expect(failureOf(await alice.run('What is it?', { threadId: other }))).toBeUndefined()
    await expect(bob.ask('message.list', { threadId: other })).rejects.toMatchObject(forbidden)
    expect((await alice.ask('message.list', { threadId: other })).messages.length).toBeGreaterThan(1)
  })
})

describe('usage.update', () => {
  it('takes a newer policy from anybody, for data that has one', async () => {
    const { alice, bob, allow, policyOf } = await setUp()
    const open = (await allow({ read: ['anyone'] })).usage as SignedUsagePolicy
    const closed = await policyOf({})
    expect((await bob.ask('message.list', { threadId })).messages).toHaveLength(1)
    expect(await bob.ask('usage.update', { usage: closed })).toEqual({ usage: closed })
    expect(await bob.ask('usage.update', { usage: open })).toEqual({ usage: closed })
    await expect(bob.ask('message.list', { threadId })).rejects.toMatchObject(forbidden)
    expect((await alice.ask('thread.get', { threadId })).usage).toEqual(closed)
  })

  it('keeps nothing for strangers', async () => {
    const stranger = await createIdentity()
    const { bob, usage } = await setUp()
    const foreign = await sign(stranger, {}, 'thread/theirs', 1)
    await expect(bob.ask('usage.update', { usage: foreign })).rejects.toMatchObject({ code: 'not-found' })
    expect(await usage.list(stranger.did)).toEqual([])
  })
})

describe('data that has ended', () => {
  it('is there for nobody from that moment, and deleted by the next sweep', async () => {
    const clock = new ManualClock(Date.now())
    const { host, alice, allow, store, policyOf } = await setUp({ clock })
    const until = new Date(clock.now() + 30_000).toISOString()
    await allow({ read: ['anyone'], until })
    await alice.ask('tool.call', { name: 'notes_add', arguments: { text: 'gone soon' } })
    for await (const { key } of store.list({ prefix: 'note/' })) {
      const usage = await policyOf({ until }, `note/${key.split('/')[2]}`)
      await alice.ask('usage.update', { usage })
    }
    clock.advance(30_000)
    for (const verb of ['thread.get', 'message.list'] as const) {
      await expect(alice.ask(verb, { threadId })).rejects.toMatchObject({ code: 'not-found' })
    }
    await expect(alice.run('Hi', { threadId })).rejects.toMatchObject({ code: 'not-found' })
    const add = alice.ask('message.add', { threadId, messages: [userMessage('late')] })
    await expect(add).rejects.toMatchObject({ code: 'not-found' })
    expect((await alice.ask('thread.list', {})).threads).toEqual([])
    await host.stop()
    await host.start()
    await vi.waitFor(async () => {
      const left: string[] = []
      for await (const { key } of store.list({ prefix: '' })) left.push(key)
      expect(left.filter(key => /^(thread|note|usage)/.test(key))).toEqual([])
    })
    await host.stop()
  })
})

it('a host that is given no policies keeps its own', async () => {
  const identity = await createIdentity()
  const { host } = await setUpHost()
  const alice = new Requester(identity, host)
  await alice.ask('thread.create', { threadId, usage: await sign(identity, {}, 'thread/plans', 1) })
  expect((await alice.ask('thread.get', { threadId })).usage?.version).toBe(1)
})
