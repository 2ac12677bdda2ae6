import { describe, expect, it } from 'vitest'
import type { RequestEnvelope, Verb } from '../../src/contracts/index.ts'
import {
  checkEnvelope,
  createEnvelope,
  createSystemClock,
  signEnvelope,
  verifyEnvelope,
} from '../../src/core/index.ts'
import { createIdentity, createVerifier, identityFromSeed } from '../../src/identity.ts'

const clock = createSystemClock()
const verifier = createVerifier()

async function signed(): Promise<RequestEnvelope> {
  const identity = await createIdentity()
  const host = await createIdentity()
  return createEnvelope({
    verb: 'agent.list',
    params: {},
    identity,
    audience: host.did,
    clock,
  }) as Promise<RequestEnvelope>
}

describe('an envelope', () => {
  it('verifies after a trip through JSON with its members in another order', async () => {
    const envelope = await signed()
    const reordered = Object.fromEntries(Object.entries(envelope).reverse())
    await verifyEnvelope(JSON.parse(JSON.stringify(reordered)), verifier)
  })

  it.each([
    'protocol',
    'id',
    'verb',
    'params',
    'issuedAt',
    'deadline',
    'audience',
    'idempotencyKey',
    'traceparent',
  ] as const)('is refused once %s changed', async field => {
    const envelope = await signed()
    const changed = { ...envelope, [field]: field === 'params' ? { a: 1 } : 'other' } as RequestEnvelope
    await expect(verifyEnvelope(changed, verifier)).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('is refused with a member nobody signed', async () => {
    const envelope = { ...(await signed()), extra: true } as RequestEnvelope
    await expect(verifyEnvelope(envelope, verifier)).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('is refused under the name of somebody else', async () => {
    const [mallory, alice] = [await createIdentity(), await createIdentity()]
    const { proof: _, ...unsigned } = await signed()
    const forged = await signEnvelope({ ...unsigned, issuer: alice.did }, mallory)
    await expect(verifyEnvelope(forged, verifier)).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('is the same bytes for the same seed and content', async () => {
    const identity = await identityFromSeed(new Uint8Array(32).fill(7))
    const { proof: _, ...unsigned } = await signed()
    const first = await signEnvelope({ ...unsigned, issuer: identity.did }, identity)
    const second = await signEnvelope({ ...unsigned, issuer: identity.did }, identity)
    expect(second.proof).toBe(first.proof)
  })

  it('gets a new id and the same idempotency key on a retry', async () => {
    const identity = await createIdentity()
    const options = { verb: 'agent.list' as const, params: {}, identity, audience: identity.did, clock }
    const first = await createEnvelope(options)
    const retry = await createEnvelope({ ...options, idempotencyKey: first.idempotencyKey })
    expect(retry.id).not.toBe(first.id)
    expect(retry.idempotencyKey).toBe(first.idempotencyKey)
  })
})

describe('checkEnvelope', () => {
  const cases: [string, (envelope: RequestEnvelope<Verb>) => Partial<RequestEnvelope>, string][] = [
    ['another audience', ({ issuer }) => ({ audience: issuer }), 'invalid-proof'],
    ['issuedAt 60,001 ms ago', ({ issuedAt }) => ({ issuedAt: issuedAt - 60_001 }), 'invalid-proof'],
    ['issuedAt 60,001 ms ahead', ({ issuedAt }) => ({ issuedAt: issuedAt + 60_001 }), 'invalid-proof'],
    ['a deadline that is now', ({ issuedAt }) => ({ deadline: issuedAt }), 'deadline-exceeded'],
    [
      'a deadline after more than a day',
      ({ issuedAt }) => ({ deadline: issuedAt + 86_400_001 }),
      'invalid-request',
    ],
  ]
  it.each(cases)('refuses %s', async (_title, change, code) => {
    const envelope = await signed()
    const now = envelope.issuedAt
    checkEnvelope(envelope, envelope.audience, now)
    const changed = { ...envelope, ...change(envelope) } as RequestEnvelope
    expect(() => checkEnvelope(changed, envelope.audience, now)).toThrow(expect.objectContaining({ code }))
  })

  it('accepts a clock that is off by exactly a minute', async () => {
    const envelope = await signed()
    checkEnvelope(envelope, envelope.audience, envelope.issuedAt + 60_000)
    checkEnvelope(envelope, envelope.audience, envelope.issuedAt - 60_000)
  })
})
