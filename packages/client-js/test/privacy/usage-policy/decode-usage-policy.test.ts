import { describe, expect, it } from 'vitest'
import type { SignedUsagePolicy } from '../../../src/contracts/index.ts'
import { createVerifier, identityFromSeed } from '../../../src/identity/index.ts'
import {
  createUsagePolicy,
  decodeSignedUsagePolicy,
  decodeUsagePolicy,
  isSignedUsagePolicy,
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

  const list = 'expected a list of at most 256, each of its kind'
  const time = 'expected a time such as 2027-01-01T00:00:00.000Z'
  it.each([
    ['nothing', undefined, 'policy: expected an object'],
    ['null', null, 'policy: expected an object'],
    ['text', 'policy', 'policy: expected an object'],
    ['a list', [full], 'policy: expected an object'],
    [
      'a missing rule',
      { read: full.read, inference: full.inference, learning: full.learning },
      'policy.share: it is missing',
    ],
    ['a rule that is none', { ...full, share: undefined }, 'share: expected an object'],
    [
      'an unknown member',
      { ...full, [`sell${'x'.repeat(40)}`]: 1 },
      `policy: unknown member sell${'x'.repeat(28)}.`,
    ],
    [
      'an unknown member of a rule',
      { ...full, read: { principals: [], places: [] } },
      'read: unknown member places',
    ],
    ['a rule without principals', { ...full, read: {} }, 'read.principals: it is missing'],
    [
      'an inference rule without principals',
      { ...full, inference: {} },
      'inference.principals: it is missing',
    ],
    ['principals that are no list', { ...full, read: { principals: 'anyone' } }, `read.principals: ${list}`],
    ['an unknown principal', { ...full, read: { principals: ['everyone'] } }, `read.principals: ${list}`],
    ['a number for a principal', { ...full, learning: { principals: [1] } }, `learning.principals: ${list}`],
    [
      'a DID of another method',
      { ...full, share: { principals: ['did:evil:1'] } },
      `share.principals: ${list}`,
    ],
    ['text before a DID', { ...full, read: { principals: [' did:web:a'] } }, `read.principals: ${list}`],
    ['text after a DID', { ...full, read: { principals: ['did:web:a b'] } }, `read.principals: ${list}`],
    ['text before a group', { ...full, read: { principals: ['x group:a'] } }, `read.principals: ${list}`],
    ['text after a group', { ...full, read: { principals: ['group:a b'] } }, `read.principals: ${list}`],
    ['a group without a name', { ...full, read: { principals: ['group:'] } }, `read.principals: ${list}`],
    [
      'the same principal twice',
      { ...full, read: { principals: ['owner', 'owner'] } },
      'read.principals: something is listed twice',
    ],
    ['257 principals', { ...full, read: { principals: many } }, `read.principals: ${list}`],
    [
      'an unknown place',
      { ...full, inference: { principals: [], places: ['moon'] } },
      'inference.places: expected a list of at most 3',
    ],
    ['a number for a place', { ...full, inference: { principals: [], places: [1] } }, 'inference.places'],
    [
      'places that are no list',
      { ...full, inference: { principals: [], places: 'local' } },
      'inference.places',
    ],
    [
      'a place twice',
      { ...full, inference: { principals: [], places: ['local', 'local'] } },
      'inference.places: something is',
    ],
    ['a time without milliseconds', { ...full, until: '2027-01-01T00:00:00Z' }, `policy.until: ${time}`],
    ['a time in another zone', { ...full, until: '2027-01-01T00:00+01:00.0' }, `policy.until: ${time}`],
    ['a day that is none', { ...full, until: '2027-02-30T00:00:00.000Z' }, `policy.until: ${time}`],
    ['no time at all', { ...full, until: 'x'.repeat(24) }, `policy.until: ${time}`],
    ['a number for a time', { ...full, until: 1 }, `policy.until: ${time}`],
    ['null for a time', { ...full, read: { principals: [], until: null } }, `read.until: ${time}`],
    [
      'a bad time for inference',
      { ...full, inference: { principals: [], until: 1 } },
      `inference.until: ${time}`,
    ],
  ])('refuses %s', (_, value, message) => {
    const expected = { code: 'invalid-request', message: expect.stringContaining(`is not valid: ${message}`) }
    expect(() => decodeUsagePolicy(value)).toThrow(expect.objectContaining(expected))
  })

  it('takes a member that is undefined for one that is absent', () => {
    const read = { principals: [], until: undefined }
    expect(decodeUsagePolicy({ ...full, read, until: undefined })).not.toHaveProperty('until')
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
    ['another type', { type: 'lumos-usage/2' }, 'type: expected lumos-usage/1'],
    ['an owner that is no DID', { owner: 'alice' }, 'owner: expected a DID'],
    ['no kind in the name', { resource: 'one' }, 'resource: expected a kind, a slash and an id'],
    ['a path in the name', { resource: 'thread/../one' }, 'resource: expected a kind'],
    ['something before the name', { resource: '/thread/one' }, 'resource: expected a kind'],
    ['a long name', { resource: `thread/${'x'.repeat(129)}` }, 'resource: expected a kind'],
    ['a list for a name', { resource: ['thread/one'] }, 'resource: expected a kind'],
    ['version 0', { version: 0 }, 'version: expected 1 or more'],
    ['half a version', { version: 1.5 }, 'version: expected 1 or more'],
    ['a version too large to count', { version: 2 ** 53 }, 'version: expected 1 or more'],
    ['a time that is none', { issuedAt: 'now' }, 'issuedAt: expected a time'],
    ['an issuer that is no key', { issuer: 'did:web:example.com' }, 'issuer: expected a did:key'],
    ['half a signature', { signature: 'AAAA' }, 'signature: expected 64 bytes in base64url'],
    ['more than a signature', { signature: `A${'A'.repeat(86)}` }, 'signature: expected 64 bytes'],
    [
      'a second text of the same signature',
      { signature: `${'A'.repeat(85)}B` },
      'signature: expected 64 bytes',
    ],
    ['a list for a signature', { signature: ['A'.repeat(86)] }, 'signature: expected 64 bytes'],
    ['something more', { more: true }, 'signed policy: unknown member more'],
    ['a policy that is none', { policy: {} }, 'policy.read: it is missing'],
  ])('is refused with %s', async (_, change, message) => {
    const signed = { ...(await sign()), ...change }
    const expected = { code: 'invalid-request', message: expect.stringContaining(`is not valid: ${message}`) }
    expect(() => decodeSignedUsagePolicy(signed)).toThrow(expect.objectContaining(expected))
    expect(isSignedUsagePolicy(signed)).toBe(false)
  })

  it('is recognised', async () => {
    expect(isSignedUsagePolicy(await sign())).toBe(true)
    expect(isSignedUsagePolicy(undefined)).toBe(false)
  })

  it('begins with version 1, at the time it is signed', async () => {
    const identity = await identityFromSeed(new Uint8Array(32).fill(7))
    const options = { resource: { ...resource, owner: identity.did }, policy: createUsagePolicy() }
    const before = Date.now()
    const signed = await signUsagePolicy(identity, options)
    expect(signed).toMatchObject({ version: 1, issuer: identity.did, type: 'lumos-usage/1' })
    expect(Date.parse(signed.issuedAt)).toBeGreaterThanOrEqual(before)
  })
})
