import { describe, expect, it } from 'vitest'
import { type Authorizer, type Did, LumosError, type RequestEnvelope } from '../../src/contracts/index.ts'
import { EarlyIssuers } from '../../src/host/early-issuers.ts'
import { RateLimiter } from '../../src/host/rate-limiter.ts'
import { ReplayGuard } from '../../src/host/replay-guard.ts'
import { MemoryStore } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { collect, Requester, runParams } from '../../src/testing/host-fixture.ts'
import { setUpHost } from './host-setup.ts'

const alice = 'did:key:alice' as Did
const bob = 'did:key:bob' as Did

describe('the rate limiter', () => {
  it('allows a burst, then the steady rate, per issuer', () => {
    const limiter = new RateLimiter({ perSecond: 10, burst: 3 })
    for (let request = 0; request < 3; request++) limiter.take(alice, 1000)
    expect(() => limiter.take(alice, 1000)).toThrow(
      expect.objectContaining({ details: { retryAfterMs: 100 } }),
    )
    limiter.take(bob, 1000)
    limiter.take(alice, 1100)
    expect(() => limiter.take(alice, 1150)).toThrow(expect.objectContaining({ code: 'rate-limited' }))
  })

  it('saves up no more than a burst, and a clock set back gives nothing', () => {
    const limiter = new RateLimiter({ perSecond: 10, burst: 2 })
    limiter.take(alice, 0)
    limiter.take(alice, 1_000_000)
    limiter.take(alice, 1_000_000)
    expect(() => limiter.take(alice, 1_000_000)).toThrow()
    expect(() => limiter.take(alice, 0)).toThrow()
  })
})

describe('the replay guard', () => {
  const envelope = (id: string, issuedAt: number, issuer = alice) =>
    ({ id, issuedAt, issuer }) as RequestEnvelope
  const guardOf = (maxSize: number) =>
    new ReplayGuard({ early: new EarlyIssuers(new MemoryStore()), startedAt: 0, maxSize })

  it('refuses an envelope for as long as its time would let it in', () => {
    const guard = guardOf(100)
    const issuedAt = 1_000_000
    guard.check(envelope('a', issuedAt), issuedAt - 60_000)
    for (const now of [issuedAt - 60_000, issuedAt, issuedAt + 59_999, issuedAt + 60_000]) {
      expect(() => guard.check(envelope('a', issuedAt), now)).toThrow(
        expect.objectContaining({ code: 'replayed-request' }),
      )
    }
    guard.check(envelope('a', issuedAt, bob), issuedAt)
  })

  it('forgets what time refuses anyway, and takes nothing new when full', () => {
    const guard = guardOf(2)
    guard.check(envelope('a', 0), 0)
    guard.check(envelope('b', 0), 0)
    expect(() => guard.check(envelope('c', 0), 0)).toThrow(expect.objectContaining({ code: 'rate-limited' }))
    expect(() => guard.check(envelope('a', 0), 0)).toThrow(
      expect.objectContaining({ code: 'replayed-request' }),
    )
    guard.check(envelope('d', 80_000), 80_000)
  })
})

describe('a host', () => {
  it('limits each requester, and not itself', async () => {
    const identity = await createIdentity()
    const { host, alice } = await setUpHost({
      identity,
      limits: { requestsPerSecond: 0.001, requestBurst: 2 },
    })
    await alice.ask('agent.list', {})
    await alice.ask('agent.list', {})
    await expect(alice.ask('agent.list', {})).rejects.toMatchObject({ code: 'rate-limited', retryable: true })
    const other = await Requester.create(host)
    await other.ask('agent.list', {})
    const itself = new Requester(identity, host)
    for (let request = 0; request < 5; request++) await itself.ask('agent.list', {})
  })

  it('limits the runs of one requester at the same time', async () => {
    const gate = Promise.withResolvers<void>()
    const script = () => ({ text: 'done', gate: () => gate.promise })
    const { alice } = await setUpHost({ script, limits: { maxConcurrentRuns: 2 } })
    const first = alice.run('1')
    const second = alice.run('2')
    while ((await alice.ask('thread.list', {})).threads.length < 2)
      await new Promise(resolve => setImmediate(resolve))
    await expect(alice.run('3')).rejects.toMatchObject({
      code: 'rate-limited',
      details: { maxConcurrentRuns: 2 },
    })
    const generating = collect(alice.stream('model.generate', { messages: [{ role: 'user', content: 'x' }] }))
    await expect(generating).rejects.toMatchObject({ code: 'rate-limited' })
    gate.resolve()
    await Promise.all([first, second])
    await alice.run('3')
  })

  it('asks the authorizer after the proof, with the command it needs and the transport it came by', async () => {
    const asked: unknown[] = []
    const authorizer: Authorizer = {
      authorize({ issuer, command, scope, envelope, context }) {
        asked.push([issuer, command, scope, context.transport])
        if (envelope.verb === 'agent.run') throw new LumosError('forbidden', 'Not you.')
        return { subject: issuer, delegations: [] }
      },
    }
    const { host, alice } = await setUpHost({ authorizer })
    await alice.ask('agent.list', {})
    await expect(alice.run('x')).rejects.toMatchObject({ code: 'forbidden', message: 'Not you.' })
    const envelope = (await alice.envelope('agent.run', runParams('x'))) as RequestEnvelope
    const forged = { ...envelope, deadline: envelope.deadline + 1 }
    await expect(collect(host.handle(forged, { transport: 'http' }))).rejects.toMatchObject({
      code: 'invalid-proof',
    })
    expect(asked).toEqual([
      [alice.did, '/agent/list', 'node', 'in-process'],
      [alice.did, '/agent/run', 'owner', 'in-process'],
    ])
  })

  it('keeps its own limits of size and depth', async () => {
    const { alice } = await setUpHost({ limits: { maxRequestBytes: 2000, maxRequestDepth: 8 } })
    await expect(alice.run('x'.repeat(2000))).rejects.toMatchObject({ code: 'too-large' })
    const metadata = JSON.parse(`${'{"a":'.repeat(8)}1${'}'.repeat(8)}`)
    await expect(alice.ask('thread.create', { metadata })).rejects.toMatchObject({ code: 'too-large' })
  })

  it('tells requesters nothing of failures that are its own', async () => {
    const errors: unknown[] = []
    const failing = new Error('password=hunter2')
    const agent = {
      info: { agentId: 'assistant' as never, card: {} as never, tools: [] },
      // biome-ignore lint/correctness/useYield: it fails
      async *run() {
        throw failing
      },
    }
    const { alice } = await setUpHost({ agents: [agent], onError: error => errors.push(error) })
    const events = await alice.run('x')
    expect(events.at(-1)).toMatchObject({ error: { code: 'internal' } })
    expect(JSON.stringify(events)).not.toContain('hunter2')
    expect(errors).toEqual([failing])
  })
})
