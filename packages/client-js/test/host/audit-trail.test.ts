import { describe, expect, it } from 'vitest'
import { verifyInclusion } from '../../src/access.ts'
import {
  type AuditEntry,
  type AuditEvent,
  type Authorizer,
  LumosError,
  type RequestEnvelope,
  type ThreadId,
} from '../../src/contracts/index.ts'
import { createIdentity } from '../../src/identity.ts'
import { collect } from '../../src/testing/host-fixture.ts'
import { MemoryAuditLog } from '../../src/testing/memory-audit-log.ts'
import { type HostSetup, setUpHost } from './host-setup.ts'

/** A log that waits, or fails, when told to. */
class HeldLog extends MemoryAuditLog {
  hold: Promise<void> | undefined
  error: Error | undefined

  override async append(event: AuditEvent): Promise<AuditEntry> {
    await this.hold
    if (this.error !== undefined) throw this.error
    return super.append(event)
  }
}

/** Also to what no host opens to everybody. */
const admitAll: Authorizer = { authorize: ({ issuer }) => ({ subject: issuer, delegations: [] }) }

async function setUp(setup: HostSetup = {}) {
  const identity = await createIdentity()
  const log = new HeldLog(identity)
  const errors: unknown[] = []
  const { host, alice } = await setUpHost({
    identity,
    audit: log,
    authorizer: admitAll,
    onError: error => errors.push(error),
    ...setup,
  })
  const entries = async () => {
    await host.stop()
    return log.list({ limit: 1000 })
  }
  return { host, alice, log, errors, entries, identity }
}

const forbidNotes: Authorizer = {
  authorize({ issuer, envelope }) {
    if (envelope.verb === 'tool.call') throw new LumosError('forbidden', 'Not with this.')
    return { subject: issuer, delegations: ['bafyreib'] }
  },
}

describe('a host with an audit log', () => {
  it('records who used what, as whom, under which delegations, and never what was said', async () => {
    const { alice, entries } = await setUp({ authorizer: forbidNotes })
    const { threadId } = await alice.ask('thread.create', { title: 'A secret title' })
    const envelope = await alice.envelope('thread.get', { threadId })
    await alice.ask('thread.get', { threadId })
    await alice.run('A secret question', { threadId })
    await expect(
      alice.ask('tool.call', { name: 'notes_add', arguments: { text: 'A secret note' } }),
    ).rejects.toMatchObject({ code: 'forbidden' })
    const list = await entries()
    expect(list.map(({ command, resource, outcome }) => ({ command, resource, outcome }))).toEqual([
      { command: '/thread/create', resource: undefined, outcome: 'admitted' },
      { command: '/thread/get', resource: { threadId }, outcome: 'admitted' },
      { command: '/agent/run', resource: { agentId: 'assistant', threadId }, outcome: 'admitted' },
      { command: '/tool/call', resource: { name: 'notes_add' }, outcome: 'forbidden' },
    ])
    for (const entry of list) expect(entry).toMatchObject({ issuer: alice.did, subject: alice.did })
    expect(list.map(({ delegations }) => delegations.length)).toEqual([1, 1, 1, 0])
    expect(list[1]?.traceparent).toMatch(/^00-/)
    expect(list[1]?.traceparent).not.toBe(envelope.traceparent)
    expect(JSON.stringify(list)).not.toContain('secret')
  })

  it('records what it refused after the proof verified, and nothing of what nobody signed', async () => {
    const { host, alice, entries } = await setUp({ limits: { requestBurst: 2, requestsPerSecond: 0.001 } })
    const envelope = (await alice.envelope('thread.list', {})) as RequestEnvelope
    const send = (request: RequestEnvelope) => collect(host.handle(request, { transport: 'in-process' }))
    await send(envelope)
    await expect(send(envelope)).rejects.toMatchObject({ code: 'replayed-request' })
    await expect(send({ ...envelope, verb: 'tool.list' })).rejects.toMatchObject({ code: 'invalid-proof' })
    await alice.ask('thread.list', {})
    // A flood fills no log: of those that come together one is kept, the others are counted.
    for (let count = 0; count < 5; count++) {
      await expect(alice.ask('thread.list', {})).rejects.toMatchObject({ code: 'rate-limited' })
    }
    const list = await entries()
    const outcomes = list.map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['admitted', 'replayed-request', 'admitted', 'rate-limited', 'admitted'])
    expect(list.at(-1)).toMatchObject({ issuer: host.nodeId, command: '/audit/gap', resource: { count: 4 } })
  })

  it('changes nothing before the entry of the change is durable', async () => {
    const { alice, log, entries } = await setUp()
    const { promise, resolve } = Promise.withResolvers<void>()
    log.hold = promise
    const creating = alice.ask('thread.create', { threadId: 'new' as ThreadId })
    await expect(alice.ask('thread.get', { threadId: 'new' as ThreadId })).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(await log.list()).toEqual([])
    resolve()
    await creating
    await alice.ask('thread.get', { threadId: 'new' as ThreadId })
    expect((await entries()).map(({ command }) => command)).toContain('/thread/create')
  })

  it('answers reads while the log hangs', async () => {
    const { alice, log, entries } = await setUp()
    const { promise, resolve } = Promise.withResolvers<void>()
    log.hold = promise
    for (let count = 0; count < 40; count++) await alice.ask('node.describe', {})
    expect(await log.list()).toEqual([])
    resolve()
    expect(await entries()).toHaveLength(40)
  })

  it('refuses changes while the log fails, tells its owner, and still answers reads', async () => {
    const { alice, log, errors, entries } = await setUp()
    log.error = new Error('The disk is full.')
    await expect(alice.ask('thread.create', {})).rejects.toMatchObject({
      code: 'storage-failed',
      retryable: true,
    })
    await expect(alice.run('Hello')).rejects.toMatchObject({ code: 'storage-failed' })
    expect((await alice.ask('thread.list', {})).threads).toEqual([])
    expect(errors).toEqual([log.error])
    log.error = undefined
    await alice.ask('thread.create', {})
    expect((await entries()).map(({ command }) => command)).toEqual(['/thread/list', '/thread/create'])
  })

  it('says how many reads a failing log missed', async () => {
    const { alice, log, errors, entries } = await setUp()
    log.error = new Error('The disk is full.')
    await alice.ask('thread.list', {})
    await alice.ask('agent.list', {})
    await expect(alice.ask('thread.create', {})).rejects.toMatchObject({ code: 'storage-failed' })
    log.error = undefined
    await alice.ask('thread.create', {})
    expect(await entries()).toMatchObject([
      { command: '/audit/gap', resource: { count: 2 } },
      { command: '/thread/create' },
    ])
    expect(errors).toHaveLength(1)
  })

  it('writes down every use of permissions before it answers', async () => {
    const { alice, log, host } = await setUp()
    await expect(alice.ask('access.list', {})).rejects.toMatchObject({ code: 'unsupported' })
    expect(await log.list()).toMatchObject([{ command: '/access/list' }])
    await host.stop()
  })

  it('answers with proofs that an outsider can check', async () => {
    const { alice, host } = await setUp()
    await alice.ask('thread.create', {})
    await alice.ask('thread.create', {})
    const { entries } = await alice.ask('audit.list', {})
    const head = await alice.ask('audit.head', {})
    expect(head.nodeId).toBe(host.nodeId)
    const [, entry] = entries as [AuditEntry, AuditEntry]
    const { path } = await alice.ask('audit.inclusion', { index: 1, treeSize: head.treeSize })
    await verifyInclusion({ entry, head, path }, { nodeId: host.nodeId })
    await host.stop()
  })

  it('keeps no log, and refuses nothing for it, when none is given', async () => {
    const { alice, host } = await setUpHost({ authorizer: admitAll })
    await alice.ask('thread.create', {})
    await expect(alice.ask('audit.head', {})).rejects.toMatchObject({ code: 'unsupported' })
    await host.stop()
  })
})
