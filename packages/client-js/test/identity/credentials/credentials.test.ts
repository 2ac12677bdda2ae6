import { verifyJWT } from 'did-jwt'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  type IssueCredentialOptions,
  issueCredential,
  verifyCredential,
} from '../../../src/identity/credentials/index.ts'
import { code, reason } from '../refused.ts'
import { type Membership, membershipOf } from './membership.ts'
import { createParties, hour, type Parties, partsOf } from './parties.ts'

let parties: Parties
let membership: Membership['membership']
let verify: Membership['verify']
beforeEach(async () => {
  parties = await createParties()
  ;({ membership, verify } = membershipOf(parties))
})

describe('a credential', () => {
  it('says that somebody may join this team', async () => {
    const jwt = await membership({ id: 'https://acme.example/memberships/1' })
    const now = parties.clock.now()
    expect(await verify(jwt)).toEqual({
      id: 'https://acme.example/memberships/1',
      types: ['TeamMembershipCredential'],
      issuer: parties.organisation,
      subject: parties.person,
      claims: { team: 'Blue', role: 'member' },
      validFrom: new Date(now).toISOString(),
      validUntil: new Date(now + hour).toISOString(),
    })
  })

  it('says where an agent comes from', async () => {
    const { phone, person, resolver, clock } = parties
    const agent = parties.stranger.did
    const jwt = await issueCredential({
      issuer: { did: person, identity: phone },
      subject: agent,
      types: ['AgentProvenanceCredential'],
      claims: {
        name: 'Research assistant',
        model: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
      },
      validForMs: hour,
      clock,
    })
    const policy = { trustedIssuers: [person], type: 'AgentProvenanceCredential', resolver, clock }
    expect(await verifyCredential(jwt, policy)).toMatchObject({ issuer: person, subject: agent })
  })

  it('states a reputation', async () => {
    const { laptop, phone, resolver, clock } = parties
    const jwt = await issueCredential({
      issuer: { did: laptop.did, identity: laptop },
      subject: phone.did,
      types: ['ReputationCredential'],
      claims: { tasks: 120, succeeded: 117, topics: ['arithmetic', 'translation'] },
      validForMs: hour,
      clock,
    })
    const policy = { trustedIssuers: [laptop.did], type: 'ReputationCredential', resolver, clock }
    expect((await verifyCredential(jwt, policy)).claims).toEqual({
      tasks: 120,
      succeeded: 117,
      topics: ['arithmetic', 'translation'],
    })
  })

  it('is what VC-JOSE says, and verifies in did-jwt alone', async () => {
    const jwt = await membership({ id: 'urn:x:1' })
    const [header, payload] = partsOf(jwt)
    const seconds = Math.floor(parties.clock.now() / 1000)
    expect(header).toEqual({ alg: 'EdDSA', typ: 'vc+jwt', cty: 'vc', kid: 'did:web:acme.example#key-1' })
    expect(payload).toEqual({
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      id: 'urn:x:1',
      type: ['VerifiableCredential', 'TeamMembershipCredential'],
      issuer: 'did:web:acme.example',
      validFrom: expect.any(String),
      validUntil: expect.any(String),
      credentialSubject: { id: parties.person, team: 'Blue', role: 'member' },
      iss: 'did:web:acme.example',
      sub: parties.person,
      jti: 'urn:x:1',
      iat: seconds,
      exp: seconds + 3601,
    })
    const { resolver } = parties
    const verified = await verifyJWT(jwt, {
      resolver,
      proofPurpose: 'assertionMethod',
      policies: { now: seconds },
    })
    expect(verified.signer.id).toBe('did:web:acme.example#key-1')
  })

  it.each<[string, () => Partial<IssueCredentialOptions>]>([
    ['no time to live', () => ({ validForMs: 0 })],
    ['a time that is no number', () => ({ validForMs: Number.NaN })],
    ['an end beyond all time', () => ({ validForMs: 1e16 })],
    ['a claim called id', () => ({ claims: { id: 'x' } })],
    ['an empty type', () => ({ types: [''] })],
    ['claims that are no JSON', () => ({ claims: { x: Number.NaN } })],
    ['a status that is none', () => ({ status: { type: 'x' } as never })],
  ])('is not issued with %s', async (_, change) => {
    await expect(membership(change())).rejects.toThrow(code('invalid-request'))
  })
})

describe('revocation', () => {
  it('refuses a revoked credential within the age of a list, and lets its neighbours be', async () => {
    const { keeper, published, clock } = parties
    const [first, second] = [await keeper.allocate(), await keeper.allocate()]
    const [jwt, other] = [await membership({ status: first }), await membership({ status: second })]
    published.list = await keeper.publish()
    expect((await verify(jwt, { requireStatus: true })).status).toEqual(first)
    await keeper.revoke(first)
    published.list = await keeper.publish()
    expect((await verify(jwt)).subject).toBe(parties.person)
    expect(published.askedCount).toBe(1)
    clock.advance(60_000)
    await expect(verify(jwt)).rejects.toThrow(reason('revoked', 'forbidden'))
    expect((await verify(other)).subject).toBe(parties.person)
    expect(published.askedCount).toBe(2)
  })

  it('refuses whatever has a status that nobody can check', async () => {
    const { keeper, published, clock } = parties
    const jwt = await membership({ status: await keeper.allocate() })
    const unknown = reason('status-unknown', 'revocations-unknown')
    const { status: _, ...blind } = parties.policy
    await expect(verifyCredential(jwt, blind)).rejects.toThrow(unknown)
    await expect(verify(jwt)).rejects.toThrow(unknown)
    published.list = new Error('no answer')
    await expect(verify(jwt)).rejects.toThrow(unknown)
    published.list = 'no list'
    await expect(verify(jwt)).rejects.toThrow(unknown)
    published.list = await keeper.publish()
    expect((await verify(jwt)).subject).toBe(parties.person)
    published.list = new Error('no answer')
    clock.advance(59_999)
    expect((await verify(jwt)).subject).toBe(parties.person)
    clock.advance(1)
    await expect(verify(jwt)).rejects.toThrow(unknown)
  })
})
