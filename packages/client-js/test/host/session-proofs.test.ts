import { describe, expect, it } from 'vitest'
import type { HostEvent, Identity, RequestEnvelope } from '../../src/contracts/index.ts'
import { isLumosError } from '../../src/contracts/index.ts'
import { base64url, createUnsignedEnvelope, signEnvelope, utf8 } from '../../src/core/index.ts'
import { ProvenSession } from '../../src/host/proven-session.ts'
import { createIdentity, createMemoryKeyStore, createVerifier } from '../../src/identity.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { type HostSetup, setUpHost } from './host-setup.ts'
import { KeyHolder, requestIn, SessionAsker, verdictOn } from './session-asker.ts'

async function setUp(setup: HostSetup = {}) {
  const clock = new ManualClock()
  const limits = { requestBurst: 1e9, requestsPerSecond: 1e9 }
  const node = await createIdentity()
  const { host } = await setUpHost({ identity: node, clock, limits, ...setup })
  await host.start()
  const [alice, mallory, asker] = await Promise.all([createIdentity(), createIdentity(), createIdentity()])
  const open = () => new SessionAsker(host, asker.did, () => clock.now())
  const holder = (identity: Identity, { session }: SessionAsker, change: object = {}, number = 1) => {
    const challenge = base64url.encode(session.challenge)
    const fields = { asker: asker.did, audience: host.nodeId, challenge, createdAt: clock.now() }
    return KeyHolder.create(identity, { ...fields, ...change }, number)
  }
  const envelope = (issuer: Identity, change: object = {}) => ({
    ...createUnsignedEnvelope({
      ...{ verb: 'node.describe', params: {}, identity: issuer, audience: host.nodeId, clock },
    }),
    ...change,
  })
  return { host, clock, alice, mallory, asker, open, holder, envelope }
}

describe('requests that a session key proves', () => {
  it('are admitted without a signature, once the issuer has signed a statement', async () => {
    const { open, alice } = await setUp()
    let signatures = 0
    const counting: Identity = {
      ...alice,
      sign(bytes) {
        signatures++
        return alice.sign(bytes)
      },
    }
    const session = open()
    expect(session.proven(counting)).toBeUndefined()
    expect(signatures).toBe(0)
    for (let request = 0; request < 20; request++) {
      const { counter, payload } = await session.freshly(counting)
      expect(await session.verdict(counter, payload)).toBe('admitted')
      expect(requestIn(payload)).not.toHaveProperty('proof')
    }
    expect(signatures).toBe(1)
  })

  it('are refused when sent again: same session, another session, 200 replays, 0 accepted', async () => {
    const { open, alice } = await setUp()
    const [first, second] = [open(), open()]
    await second.state(alice)
    const answers = new Set<string>()
    for (let request = 0; request < 100; request++) {
      const { counter, payload } = await first.freshly(alice)
      expect(await first.verdict(counter, payload)).toBe('admitted')
      answers.add(await first.verdict(counter, payload))
      answers.add(await second.verdict(counter + 1000, payload))
    }
    expect([...answers]).toEqual(['invalid-proof'])
  })

  it('are refused out of order', async () => {
    const { open, alice } = await setUp()
    const session = open()
    const [first, second] = [await session.freshly(alice), await session.freshly(alice)]
    expect(await session.verdict(second.counter, second.payload)).toBe('admitted')
    expect(await session.verdict(first.counter, first.payload)).toBe('invalid-proof')
  })

  it('are refused under a counter used before, even by the holder of the key', async () => {
    const { open, alice, holder, envelope } = await setUp()
    const session = open()
    const key = await holder(alice, session)
    await session.session.prove(key.statement)
    expect(await session.verdict(5, key.prove(5, envelope(alice)))).toBe('admitted')
    expect(await session.verdict(5, key.prove(5, envelope(alice)))).toBe('invalid-proof')
    expect(await session.verdict(4, key.prove(4, envelope(alice)))).toBe('invalid-proof')
    expect(await session.verdict(6, key.prove(6, envelope(alice)))).toBe('admitted')
  })

  it('are refused with their MAC cut off at any length', async () => {
    const { open, alice } = await setUp()
    const session = open()
    const { counter, payload } = await session.freshly(alice)
    for (let kept = 0; kept < 32; kept++) {
      const cut = Uint8Array.from([...payload.subarray(0, 1 + kept), ...payload.subarray(33)])
      expect(await session.verdict(counter, cut)).toBe('invalid-proof')
      expect(await session.verdict(counter, payload.subarray(0, 1 + kept))).toBe('invalid-proof')
    }
    expect(await session.verdict(counter, payload)).toBe('admitted')
  })

  it('are refused in the name of anybody but the issuer of the statement', async () => {
    const { open, alice, mallory, holder, envelope } = await setUp()
    const session = open()
    await session.state(alice)
    const key = await holder(mallory, session, {}, 2)
    await session.session.prove(key.statement)
    expect(await session.verdict(7, key.prove(7, envelope(alice)))).toBe('invalid-proof')
    expect(await session.verdict(8, key.prove(8, envelope(mallory)))).toBe('admitted')
  })

  it('are judged like signed ones in everything else', async () => {
    const { host, open, alice, mallory, holder, envelope, clock } = await setUp()
    const session = open()
    const key = await holder(alice, session)
    await session.session.prove(key.statement)
    let counter = 0
    const judge = (request: object) => session.verdict(++counter, key.prove(counter, request))
    const now = clock.now()
    expect(await judge(envelope(alice, { audience: mallory.did }))).toBe('invalid-proof')
    expect(await judge(envelope(alice, { issuedAt: now - 60_001 }))).toBe('invalid-proof')
    expect(await judge(envelope(alice, { deadline: now }))).toBe('deadline-exceeded')
    expect(await judge(envelope(alice, { deadline: now + 90_000_000 }))).toBe('invalid-request')
    expect(await judge(envelope(alice, { verb: 'node.conquer' }))).toBe('not-found')
    expect(await judge(envelope(alice, { extra: 1 }))).toBe('invalid-request')
    expect(await judge({ ...envelope(alice), proof: 'x' })).toBe('invalid-request')
    expect(await judge(envelope(alice, { protocol: 'lumos/2' }))).toBe('protocol-mismatch')
    const once = envelope(alice)
    expect(await judge(once)).toBe('admitted')
    expect(await judge(once)).toBe('replayed-request')
    const signed = (await signEnvelope(once, alice)) as RequestEnvelope
    expect(await verdictOn(host.handle(signed, { transport: 'libp2p' }))).toBe('replayed-request')
  })

  it('prove nothing at the door for signed ones', async () => {
    const { host, open, alice } = await setUp()
    const session = open()
    const { payload } = await session.freshly(alice)
    for (const bytes of [payload, payload.subarray(33)]) {
      const verdict = await verdictOn(host.handle(bytes, { transport: 'libp2p' }))
      expect(['invalid-request', 'malformed-frame']).toContain(verdict)
    }
    const asEnvelope = { ...requestIn(payload), proof: base64url.encode(payload.subarray(1, 33)) }
    const bytes = utf8.encode(JSON.stringify(asEnvelope))
    expect(await verdictOn(host.handle(bytes, { transport: 'libp2p' }))).toBe('invalid-proof')
  })
})

describe('statements', () => {
  const wrong: Record<string, (parties: Awaited<ReturnType<typeof setUp>>) => object> = {
    'for another node': ({ mallory }) => ({ audience: mallory.did }),
    'of another asker': ({ mallory }) => ({ asker: mallory.did }),
    'for another session': ({ open }) => ({ challenge: base64url.encode(open().session.challenge) }),
    'of a clock that is behind': ({ clock }) => ({ createdAt: clock.now() - 60_001 }),
    'good for too long': ({ clock }) => ({ expiresAt: clock.now() + 300_001 }),
    'in the name of somebody else': ({ mallory }) => ({ issuer: mallory.did }),
  }

  it.each(Object.entries(wrong))('are refused %s', async (_name, change) => {
    const parties = await setUp()
    const session = parties.open()
    const key = await parties.holder(parties.alice, session, change(parties))
    await expect(session.session.prove(key.statement)).rejects.toSatisfy(isLumosError)
    expect(await session.verdict(1, key.prove(1, parties.envelope(parties.alice)))).toBe('invalid-proof')
  })

  it('that were taken once are refused again, here and in another session', async () => {
    const { open, alice } = await setUp()
    const [first, second] = [open(), open()]
    await first.state(alice)
    const [statement] = first.statements as [Uint8Array]
    for (const { session } of [first, second]) {
      await expect(session.prove(statement)).rejects.toMatchObject({ code: 'invalid-proof' })
    }
  })

  it('for more than 16 keys are refused, and their authors sign', async () => {
    const { open } = await setUp()
    const session = open()
    const people = await Promise.all(Array.from({ length: 17 }, () => createIdentity()))
    for (const person of people) await session.state(person)
    const proven = people.map(person => session.proven(person))
    expect(proven.map(given => given !== undefined)).toEqual(people.map((_, index) => index < 16))
  })
})

describe('a session key', () => {
  it('is replaced before it expires, without a signed request in between', async () => {
    const { open, alice, clock } = await setUp()
    const session = open()
    await session.freshly(alice)
    for (let minute = 0; minute < 30; minute++) {
      clock.advance(30_000)
      const proven = session.proven(alice)
      expect(await session.verdict(proven?.counter ?? 0, proven?.payload ?? new Uint8Array())).toBe(
        'admitted',
      )
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(session.statements.length).toBeGreaterThan(3)
    expect(session.statements.length).toBeLessThan(8)
  })

  it('is good for nothing once it has expired, whoever holds it', async () => {
    const { open, alice, clock, holder, envelope } = await setUp()
    const session = open()
    const key = await holder(alice, session)
    await session.session.prove(key.statement)
    clock.advance(299_999)
    expect(await session.verdict(1, key.prove(1, envelope(alice)))).toBe('admitted')
    clock.advance(1)
    expect(await session.verdict(2, key.prove(2, envelope(alice)))).toBe('invalid-proof')
  })

  it('proves 100,000 requests and no more', async () => {
    const [alice, node] = [await createIdentity(), await createIdentity()]
    const clock = new ManualClock()
    const challenge = new Uint8Array(32)
    const session = new ProvenSession({
      ...{ nodeId: node.did, verifier: createVerifier(), clock, challenge },
      context: { transport: 'libp2p', remoteNodeId: alice.did },
      async *answer(proven): AsyncGenerator<HostEvent> {
        if (isLumosError(proven)) throw proven
        yield { id: 1, type: 'result', value: null }
      },
    })
    const fields = { asker: alice.did, audience: node.did, challenge: base64url.encode(challenge) }
    const key = await KeyHolder.create(alice, { ...fields, createdAt: clock.now() })
    await session.prove(key.statement)
    const ask = (counter: number) => verdictOn(session.handle(counter, key.prove(counter, {}), {}))
    for (let counter = 1; counter < 100_000; counter++) session.handle(counter, key.prove(counter, {}), {})
    expect(await ask(100_000)).toBe('admitted')
    expect(await ask(100_001)).toBe('invalid-proof')
  }, 60_000)

  it('ends with its session', async () => {
    const { open, alice } = await setUp()
    const session = open()
    const { counter, payload } = await session.freshly(alice)
    session.session.close()
    expect(await session.verdict(counter, payload)).toBe('invalid-proof')
  })

  it('is not used while its issuer is locked', async () => {
    const { open } = await setUp()
    const identity = await createMemoryKeyStore().create('phone')
    const session = open()
    await session.freshly(identity)
    identity.lock()
    expect(session.proven(identity)).toBeUndefined()
  })

  it('is not lent to another object of the same name', async () => {
    const { open, alice, mallory } = await setUp()
    const session = open()
    await session.freshly(alice)
    const impostor: Identity = { ...mallory, did: alice.did }
    await session.state(impostor)
    expect(session.proven(impostor)).toBeUndefined()
  })
})

it('a host that wants signatures opens no sessions', async () => {
  const { host } = await setUp({ sessionProofs: false })
  expect(host.openSession).toBeUndefined()
})
