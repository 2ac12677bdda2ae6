import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/contracts/index.ts'
import { verifyCredential } from '../../../src/identity/credentials/index.ts'
import { appendToDidLog } from '../../../src/identity/index.ts'
import { code, reason } from '../refused.ts'
import { type Membership, membershipOf } from './membership.ts'
import { createParties, hour, joined, type Parties, partsOf, signAnything } from './parties.ts'

let parties: Parties
let membership: Membership['membership']
let verify: Membership['verify']
let resigned: Membership['resigned']
beforeEach(async () => {
  parties = await createParties()
  ;({ membership, verify, resigned } = membershipOf(parties))
})

describe('of credentials, these are refused:', () => {
  it('each with a bit of its signature changed, or its payload or header', async () => {
    const jwt = await membership()
    const [header, payload, signature] = partsOf(jwt)
    for (let index = 0; index < 85; index += 4) {
      const at = jwt.length - 86 + index
      const changed = jwt.slice(0, at) + (jwt[at] === 'A' ? 'B' : 'A') + jwt.slice(at + 1)
      await expect(verify(changed)).rejects.toThrow(reason('signature', 'invalid-proof'))
    }
    const more = joined(
      header,
      { ...payload, credentialSubject: { id: parties.person, role: 'owner' } },
      signature,
    )
    await expect(verify(more)).rejects.toThrow(reason('signature'))
    const other = joined({ ...header, extra: 1 }, payload, signature)
    await expect(verify(other)).rejects.toThrow(reason('signature'))
  })

  it('a signature written another way', async () => {
    const jwt = await membership()
    const last = jwt.at(-1) as string
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    // The last character of 64 bytes has four free bits.
    const twin = alphabet[alphabet.indexOf(last) ^ 1] as string
    await expect(verify(jwt.slice(0, -1) + twin)).rejects.toThrow(reason('signature'))
  })

  it.each(['none', 'None', 'HS256', 'ES256K', 'ES256', 'Ed25519', 'eddsa', ''])('alg: %s', async alg => {
    const [header, payload, signature] = partsOf(await membership())
    await expect(verify(joined({ ...header, alg }, payload, signature))).rejects.toThrow(
      reason('algorithm', 'invalid-proof'),
    )
  })

  it('alg: none without a signature, and what is no token at all', async () => {
    const [header, payload] = partsOf(await membership())
    const unsigned = joined({ ...header, alg: 'none' }, payload, '')
    for (const text of [
      unsigned,
      '',
      'x',
      'a.b.c',
      '..',
      null,
      undefined,
      5,
      {},
      [],
      `${await membership()}.x`,
    ]) {
      await expect(verify(text)).rejects.toThrow(reason('malformed', 'invalid-request'))
    }
    const list = joined([], payload, 'A'.repeat(86))
    await expect(verify(list)).rejects.toThrow(reason('malformed'))
    await expect(verify('x'.repeat(256 * 1024))).rejects.toThrow(reason('malformed'))
    const deep = JSON.parse(`${'['.repeat(33)}${']'.repeat(33)}`)
    await expect(verify(await resigned({ deep }))).rejects.toThrow(code('too-large'))
    await expect(verify('x'.repeat(256 * 1024 + 1))).rejects.toThrow(code('too-large'))
  })

  it('one whose header asks for extensions, or says another type', async () => {
    await expect(verify(await resigned({}, { crit: ['b64'], b64: false }))).rejects.toThrow(
      reason('algorithm'),
    )
    await expect(verify(await resigned({}, { b64: false }))).rejects.toThrow(reason('algorithm'))
    await expect(verify(await resigned({}, { crit: ['exp'] }))).rejects.toThrow(reason('algorithm'))
    for (const typ of ['JWT', 'vp+jwt', 'VC+JWT', 'application/vc+jwt']) {
      await expect(verify(await resigned({}, { typ }))).rejects.toThrow(reason('type'))
    }
  })

  it('one of an issuer whom nobody trusts, though it signed rightly', async () => {
    const { stranger, laptop } = parties
    const jwt = await membership({ issuer: { did: stranger.did, identity: stranger } })
    await expect(verify(jwt)).rejects.toThrow(reason('untrusted-issuer', 'forbidden'))
    await expect(verify(jwt, { trustedIssuers: [] })).rejects.toThrow(reason('untrusted-issuer'))
    // In the name of the trusted issuer, with a key of its own.
    const forged = await membership({ issuer: { ...parties.issuer, identity: laptop } })
    await expect(verify(forged)).rejects.toThrow(reason('signature'))
    const named = await membership({ issuer: { did: parties.organisation, identity: laptop } })
    await expect(verify(named)).rejects.toThrow(reason('signature'))
  })

  it('one signed with a key that is somebody else’s, whatever kid says', async () => {
    const { stranger } = parties
    for (const kid of [
      `${stranger.did}#${stranger.did.slice(8)}`,
      'did:web:acme.examplex#key-1',
      '#key-1',
      5,
      null,
    ]) {
      const [header, payload] = partsOf(await membership())
      const jwt = await signAnything(
        payload,
        { ...header, kid },
        { did: parties.organisation, identity: stranger },
      )
      await expect(verify(jwt)).rejects.toThrow(reason('signature'))
    }
  })

  it('one whose issuer’s key was removed since', async () => {
    const { laptop, person, phone, didLogs, log } = parties
    const jwt = await membership({ issuer: { did: person, identity: laptop } })
    const trusted = { trustedIssuers: [person] }
    expect((await verify(jwt, trusted)).issuer).toBe(person)
    await didLogs.offer(await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone))
    await expect(verify(jwt, trusted)).rejects.toThrow(reason('signature'))
  })

  it('one that expired, or begins later, give or take a minute', async () => {
    const jwt = await membership()
    parties.clock.advance(hour + 59_999)
    expect((await verify(jwt)).subject).toBe(parties.person)
    parties.clock.advance(1)
    await expect(verify(jwt)).rejects.toThrow(reason('expired', 'invalid-proof'))
    const early = await membership()
    parties.clock.advance(-60_000)
    expect((await verify(early)).subject).toBe(parties.person)
    parties.clock.advance(-1)
    await expect(verify(early)).rejects.toThrow(reason('not-yet-valid', 'invalid-proof'))
  })

  it('one of another type', async () => {
    const jwt = await membership({ types: ['ReputationCredential'] })
    await expect(verify(jwt)).rejects.toThrow(reason('type', 'invalid-request'))
  })

  it.each<[string, JsonObject, string]>([
    ['another issuer beside it', { issuer: 'did:web:other.example' }, 'malformed'],
    ['another subject beside it', { sub: 'did:web:other.example' }, 'malformed'],
    ['another id beside it', { jti: 'urn:x:2' }, 'malformed'],
    ['another end beside it', { exp: 4_000_000_000 }, 'malformed'],
    ['an end that is no time', { exp: 'never' }, 'malformed'],
    ['a second beginning', { nbf: 0 }, 'malformed'],
    ['an audience', { aud: 'did:web:acme.example' }, 'audience'],
    ['no end', { validUntil: null }, 'malformed'],
    ['an end in words', { validUntil: 'tomorrow' }, 'malformed'],
    ['a date for an end', { validUntil: '2030-01-01' }, 'malformed'],
    ['the context of 1.1', { '@context': ['https://www.w3.org/2018/credentials/v1'] }, 'malformed'],
    ['no list of contexts', { '@context': 'https://www.w3.org/ns/credentials/v2' }, 'malformed'],
    ['a type that is no credential', { type: ['TeamMembershipCredential'] }, 'malformed'],
    ['types that are no text', { type: ['VerifiableCredential', 5] }, 'malformed'],
    ['two subjects', { credentialSubject: [{ id: 'a' }, { id: 'b' }] }, 'malformed'],
    ['a subject without id', { credentialSubject: { role: 'member' } }, 'malformed'],
    ['a status of an unknown kind', { credentialStatus: { type: 'Other' } }, 'malformed'],
    ['two statuses', { credentialStatus: [] }, 'malformed'],
  ])('one with %s', async (_, change, expected) => {
    await expect(verify(await resigned(change))).rejects.toThrow(reason(expected))
  })

  it('one whose issuer’s document cannot be had', async () => {
    const jwt = await membership()
    const resolve = async (error: string) => ({
      didResolutionMetadata: { error },
      didDocument: null,
      didDocumentMetadata: {},
    })
    for (const [error, retryable] of [
      ['identity-unavailable', true],
      ['notFound', false],
    ] as const) {
      await expect(verify(jwt, { resolver: { resolve: () => resolve(error) } })).rejects.toMatchObject({
        code: 'identity-unavailable',
        message: expect.stringContaining(parties.organisation),
        retryable,
        details: { error },
      })
    }
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(verifyCredential(jwt, parties.policy, { signal })).rejects.toThrow('gone')
  })

  it('one that cannot be revoked, where that is demanded', async () => {
    await expect(verify(await membership(), { requireStatus: true })).rejects.toThrow(
      reason('status-unknown', 'revocations-unknown'),
    )
  })

  it('one without JWT claims beside it is taken: the credential says it all', async () => {
    const bare = { sub: undefined, jti: undefined, exp: undefined, iat: undefined } as never
    expect((await verify(await resigned(bare))).subject).toBe(parties.person)
  })

  it('an issuer told as an object is understood', async () => {
    const jwt = await resigned({ issuer: { id: 'did:web:acme.example', name: 'Acme' } })
    expect((await verify(jwt)).issuer).toBe('did:web:acme.example')
  })
})
