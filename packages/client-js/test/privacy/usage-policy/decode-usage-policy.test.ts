import { describe, expect, it } from 'vitest'
import type { SignedUsagePolicy } from '../../../src/contracts/index.ts'
import { createVerifier, identityFromSeed } from '../../../src/identity/index.ts'
import {
  createUsagePolicy,
  decodeSignedUsagePolicy,
  decodeUsagePolicy,
  maxPrincipals,
  signUsagePolicy,
  verifyUsagePolicy,
} from '../../../src/privacy/usage-policy/index.ts'

const until = '2027-01-01T00:00:00.000Z'
const full = {
  read: { principals: ['owner', 'anyone', 'group:team', 'did:web:example.com'], until },
  inference: { principals: ['owner'], places: ['local', 'cloud', 'peer'], until },
  learning: { principals: [] },
  share: { principals: [] },
  until,
}
const many = Array.from({ length: maxPrincipals + 1 }, (_, index) => `group:${index}`)

describe('decodeUsagePolicy', () => {
  it('gives back a policy with every member there is', () => {
    expect(decodeUsagePolicy(full)).toEqual(full)
    expect(decodeUsagePolicy({ ...full, read: { principals: many.slice(1) } }).read.principals).toHaveLength(
      256,
    )
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'policy'],
    ['a list', [full]],
    ['a missing rule', { ...full, share: undefined }],
    ['an unknown member', { ...full, sell: { principals: [] } }],
    ['an unknown member of a rule', { ...full, read: { principals: [], places: ['local'] } }],
    ['a rule without principals', { ...full, read: {} }],
    ['principals that are no list', { ...full, read: { principals: 'anyone' } }],
    ['an unknown principal', { ...full, read: { principals: ['everyone'] } }],
    ['a number for a principal', { ...full, read: { principals: [1] } }],
    ['a DID of another method', { ...full, read: { principals: ['did:evil:1'] } }],
    ['text around a principal', { ...full, read: { principals: [' did:web:a', 'x group:a'] } }],
    ['text after a principal', { ...full, read: { principals: ['group:a b'] } }],
    ['a group without a name', { ...full, read: { principals: ['group:'] } }],
    ['the same principal twice', { ...full, read: { principals: ['owner', 'owner'] } }],
    ['257 principals', { ...full, read: { principals: many } }],
    ['an unknown place', { ...full, inference: { principals: [], places: ['moon'] } }],
    ['places that are no list', { ...full, inference: { principals: [], places: 'local' } }],
    ['a place twice', { ...full, inference: { principals: [], places: ['local', 'local'] } }],
    ['a time without milliseconds', { ...full, until: '2027-01-01T00:00:00Z' }],
    ['a time in another zone', { ...full, until: '2027-01-01T00:00+01:00' }],
    ['a day that is none', { ...full, until: '2027-02-30T00:00:00.000Z' }],
    ['a number for a time', { ...full, until: 1 }],
    ['null for a time', { ...full, read: { principals: [], until: null } }],
  ])('refuses %s', (_, value) => {
    expect(() => decodeUsagePolicy(value)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })
})

describe('a signed usage policy', () => {
  const resource = { name: 'thread/one' }
  const sign = async (): Promise<SignedUsagePolicy> => {
    const identity = await identityFromSeed(new Uint8Array(32).fill(7))
    const policy = createUsagePolicy({ read: ['anyone'], until })
    return signUsagePolicy(identity, { resource: { ...resource, owner: identity.did }, policy, version: 3 })
  }

  it('verifies as it was signed, also after a way over the wire', async () => {
    const signed = JSON.parse(JSON.stringify(await sign()))
    expect(decodeSignedUsagePolicy(signed)).toEqual(signed)
    await verifyUsagePolicy(signed, { verifier: createVerifier() })
  })

  it('does not verify with any member changed', async () => {
    const signed = await sign()
    const changes: Partial<SignedUsagePolicy>[] = [
      { version: 4 },
      { resource: 'thread/two' },
      { issuedAt: until },
      { policy: createUsagePolicy({ read: ['anyone'] }) },
      { signature: `${signed.signature.startsWith('A') ? 'B' : 'A'}${signed.signature.slice(1)}` },
    ]
    for (const change of changes) {
      const verification = verifyUsagePolicy({ ...signed, ...change }, { verifier: createVerifier() })
      await expect(verification).rejects.toMatchObject({ code: 'invalid-proof' })
    }
  })

  it.each([
    ['another type', { type: 'lumos-usage/2' }],
    ['an owner that is no DID', { owner: 'alice' }],
    ['no kind in the name', { resource: 'one' }],
    ['a path in the name', { resource: 'thread/../one' }],
    ['a long name', { resource: `thread/${'x'.repeat(129)}` }],
    ['version 0', { version: 0 }],
    ['half a version', { version: 1.5 }],
    ['a version too large to count', { version: 2 ** 53 }],
    ['a time that is none', { issuedAt: 'now' }],
    ['an issuer that is no key', { issuer: 'did:web:example.com' }],
    ['half a signature', { signature: 'AAAA' }],
    ['a second text of the same signature', { signature: `${'A'.repeat(85)}B` }],
    ['a number for a signature', { signature: 1 }],
    ['something more', { more: true }],
  ])('is refused with %s', async (_, change) => {
    const signed = { ...(await sign()), ...change }
    expect(() => decodeSignedUsagePolicy(signed)).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    )
  })
})
