import { describe, expect, it } from 'vitest'
import type { AuditEntry, AuditEvent, Did, RequestEnvelope } from '../../src/contracts/index.ts'
import { AuditTrail } from '../../src/host/audit-trail.ts'
import { createIdentity } from '../../src/identity.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { MemoryAuditLog } from '../../src/testing/memory-audit-log.ts'

const alice = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH' as Did
const bob = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' as Did

/** Nothing is written before it is let. */
class HeldLog extends MemoryAuditLog {
  asked = 0
  #hold = Promise.withResolvers<void>()

  override async append(event: AuditEvent): Promise<AuditEntry> {
    this.asked++
    await this.#hold.promise
    return super.append(event)
  }

  release(): void {
    this.#hold.resolve()
  }
}

async function setUp(maxQueued?: number) {
  const identity = await createIdentity()
  const log = new HeldLog(identity)
  const clock = new ManualClock()
  const errors: unknown[] = []
  const trail = new AuditTrail({
    log,
    nodeId: identity.did,
    clock,
    onError: error => errors.push(error),
    ...(maxQueued !== undefined && { maxQueued }),
  })
  /** Nobody waits for it. */
  const read = (issuer = alice): void => {
    expect(trail.admitted(request(issuer, {}), allowed(issuer))).toBeUndefined()
  }
  return { trail, log, clock, errors, read, nodeId: identity.did }
}

function request(issuer: Did, params: object, verb = 'message.list'): RequestEnvelope {
  return { issuer, verb, params, traceparent: 'trace' } as unknown as RequestEnvelope
}

const allowed = (subject: Did) => ({ subject, delegations: [] })

/** Whatever can happen without time passing. */
const settle = () => new Promise(resolve => setImmediate(resolve))

describe('reads that wait for the audit log', () => {
  it('gather for 100 ms, and nobody waits for them', async () => {
    const { log, clock, read, trail } = await setUp()
    for (let count = 0; count < 3; count++) read()
    clock.advance(99)
    expect(log.asked).toBe(0)
    clock.advance(1)
    expect(log.asked).toBe(3)
    expect(clock.timerCount).toBe(0)
    log.release()
    await trail.idle()
    expect(await log.list()).toHaveLength(3)
  })

  it('are written before that when 256 of them are there', async () => {
    const { log, clock, read } = await setUp()
    for (let count = 0; count < 255; count++) read()
    expect(log.asked).toBe(0)
    read()
    expect(log.asked).toBe(256)
    expect(clock.timerCount).toBe(0)
  })

  it('go before a change that comes after them', async () => {
    const { trail, log, clock, read } = await setUp()
    read()
    const change = trail.admitted(request(alice, { threadId: 't' }, 'thread.delete'), allowed(alice))
    expect(change).toBeInstanceOf(Promise)
    expect(clock.timerCount).toBe(0)
    log.release()
    await change
    expect((await log.list()).map(({ command }) => command)).toEqual(['/message/list', '/thread/delete'])
  })

  it('are counted instead, once too many wait', async () => {
    const { trail, log, clock, read, nodeId } = await setUp(5)
    for (let count = 0; count < 4; count++) read()
    clock.advance(100)
    for (let count = 0; count < 7; count++) read(bob)
    log.release()
    await settle()
    await trail.idle()
    const list = await log.list()
    expect(list.map(({ issuer }) => issuer)).toEqual([alice, alice, alice, alice, bob, nodeId])
    expect(list.at(-1)).toMatchObject({
      at: new Date(clock.now()).toISOString(),
      subject: nodeId,
      command: '/audit/gap',
      resource: { count: 6 },
      delegations: [],
      outcome: 'admitted',
    })
    // Said once.
    await trail.idle()
    expect(await log.list()).toHaveLength(6)
    read()
    await trail.idle()
    expect(await log.list()).toHaveLength(7)
  })

  it('leave no gap entry while too many still wait', async () => {
    const { trail, log, clock, read } = await setUp(2)
    for (let count = 0; count < 3; count++) read()
    clock.advance(100)
    const change = trail.admitted(request(alice, {}, 'thread.create'), allowed(alice))
    expect(log.asked).toBe(3)
    log.release()
    await change
    await settle()
    await trail.idle()
    expect((await log.list()).at(-1)).toMatchObject({ command: '/audit/gap', resource: { count: 1 } })
  })

  it('keep one of the rate refusals of each issuer, and every other refusal', async () => {
    const { trail, log } = await setUp()
    for (const issuer of [alice, bob, alice, bob]) trail.refused(request(issuer, {}), 'rate-limited')
    for (const issuer of [alice, alice]) trail.refused(request(issuer, {}), 'forbidden')
    log.release()
    await trail.idle()
    const list = await log.list()
    expect(list.map(({ issuer, outcome }) => [issuer, outcome]).slice(0, 4)).toEqual([
      [alice, 'rate-limited'],
      [bob, 'rate-limited'],
      [alice, 'forbidden'],
      [alice, 'forbidden'],
    ])
    expect(list[4]).toMatchObject({ resource: { count: 2 } })
  })

  it('are written when the trail says that it is idle, not before', async () => {
    const { trail, log, read } = await setUp()
    read()
    let isIdle = false
    const idle = trail.idle().then(() => {
      isIdle = true
    })
    await settle()
    expect([isIdle, log.asked]).toEqual([false, 1])
    log.release()
    await idle
    expect(await log.list()).toHaveLength(1)
  })

  it('are told to the owner when they fail, once for what failed together', async () => {
    const { trail, log, errors, read } = await setUp()
    const failures = [new Error('one'), new Error('two')]
    let at = 0
    log.append = async () => {
      throw failures[at]
    }
    read()
    read()
    await trail.idle()
    expect(errors).toEqual([failures[0]])
    at = 1
    read()
    await trail.idle()
    expect(errors).toEqual(failures)
    const change = trail.admitted(request(alice, {}, 'thread.create'), allowed(alice))
    await expect(change).rejects.toMatchObject({ code: 'storage-failed', cause: failures[1] })
    expect(errors).toEqual(failures)
  })
})

describe('what an entry takes from a request', () => {
  const ids = {
    agentId: 'a',
    threadId: 't',
    runId: 'r',
    toolCallId: 'c',
    modelId: 'm',
    cid: 'bafy',
    audience: alice,
    command: '/thread',
  }

  it.each<[string, object, object | undefined]>([
    ['message.list', ids, ids],
    [
      'message.list',
      { ...ids, text: 'x', title: 'x', messages: [], metadata: {}, name: 'x', arguments: {} },
      ids,
    ],
    ['tool.call', { name: 'notes_add', arguments: { text: 'x' }, threadId: 't' }, { name: 'notes_add' }],
    ['message.list', { threadId: 7, runId: null, cid: {} }, undefined],
    ['message.list', { threadId: 'x'.repeat(257), runId: 'x'.repeat(256) }, { runId: 'x'.repeat(256) }],
    ['message.list', {}, undefined],
  ])('of %s %j is %j', async (verb, params, resource) => {
    const { trail, log } = await setUp()
    trail.refused(request(alice, params, verb), 'forbidden')
    log.release()
    await trail.idle()
    const [entry] = await log.list()
    expect(entry?.resource).toEqual(resource)
    expect(entry).toMatchObject({ issuer: alice, subject: alice, outcome: 'forbidden', traceparent: 'trace' })
  })

  it('is the subject that was judged, or the one that was asked for', async () => {
    const { trail, log } = await setUp()
    const envelope = { ...request(alice, {}), subject: bob }
    expect(trail.admitted(envelope, { subject: bob, delegations: ['bafyone', 'bafytwo'] })).toBeUndefined()
    trail.refused(envelope, 'forbidden')
    log.release()
    await trail.idle()
    expect(await log.list()).toMatchObject([
      { subject: bob, delegations: ['bafyone', 'bafytwo'] },
      { subject: bob, delegations: [] },
    ])
  })
})
