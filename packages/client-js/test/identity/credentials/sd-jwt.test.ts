import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject, PrincipalDid } from '../../../src/contracts/index.ts'
import { base64url, publicKeyFromDid, utf8 } from '../../../src/core/index.ts'
import {
  createDisclosure,
  digestOf,
  type IssueSdCredentialOptions,
  issueSdCredential,
  type PresentSdCredentialOptions,
  presentSdCredential,
  readDisclosure,
  readHeldSdCredential,
  type SdCredentialPolicy,
  sha256Text,
  unpackClaims,
  verifySdCredential,
} from '../../../src/identity/credentials/index.ts'
import { splitSdJwt } from '../../../src/identity/credentials/sd-jwt/sd-jwt-text.ts'
import { appendToDidLog } from '../../../src/identity/index.ts'
import { code, reason } from '../refused.ts'
import { createParties, freshReplays, hour, type Parties, partsOf, signAnything } from './parties.ts'

describe('RFC 9901', () => {
  const { vectors, issuerKey } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../vectors/rfc9901.json'), 'utf8'),
  ) as {
    vectors: { section: string; presentation: string; processedPayload: JsonObject }[]
    issuerKey: Record<string, string>
  }

  it.each(vectors)('section $section: the disclosed payload is the one printed', async vector => {
    const { jwt, disclosures, binding } = splitSdJwt(vector.presentation)
    const [header, payload] = partsOf(jwt)
    // The examples are signed with ES256, which we never accept; that they are genuine is checked apart.
    expect(header.alg).toBe('ES256')
    expect(isSignedByEs256(jwt, issuerKey)).toBe(true)
    const { claims } = await unpackClaims(payload, disclosures.map(readDisclosure))
    expect(claims).toEqual(vector.processedPayload)
    if (binding === undefined) return
    const [, bound] = partsOf(binding)
    const presented = vector.presentation.slice(0, -binding.length)
    expect(bound.sd_hash).toBe(await sha256Text(presented))
    expect(isSignedByEs256(binding, (payload.cnf as { jwk: Record<string, string> }).jwk)).toBe(true)
  })

  it('sections 4.2.3 and 5.1: digests are as printed', async () => {
    expect(await digestOf('WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0')).toBe(
      'uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY',
    )
    expect(await digestOf('WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd')).toBe(
      'jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4',
    )
    expect(await digestOf('WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIlVTIl0')).toBe(
      'pFndjkZ_VCzmyTa6UjlZo3dh-ko8aIKQc9DlGzhaVYo',
    )
  })
})

function isSignedByEs256(jwt: string, jwk: Record<string, string>): boolean {
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const at = jwt.lastIndexOf('.')
  const signature = Buffer.from(jwt.slice(at + 1), 'base64url')
  return verifySignature(
    'sha256',
    Buffer.from(jwt.slice(0, at)),
    { key, dsaEncoding: 'ieee-p1363' },
    signature,
  )
}

let parties: Parties
let policy: SdCredentialPolicy
const vct = 'https://acme.example/credentials/team-membership'
beforeEach(async () => {
  parties = await createParties()
  const { verifier } = parties
  policy = {
    ...parties.policy,
    type: vct,
    audience: verifier,
    nonce: 'question-1',
    replays: freshReplays(parties),
  }
})

const claims = {
  team: 'Blue',
  role: 'member',
  email: 'anna@example.com',
  address: { city: 'Zürich', country: 'CH' },
  skills: ['welding', 'Haskell', 'chess'],
}

const issue = (change: Partial<IssueSdCredentialOptions> = {}): Promise<string> =>
  issueSdCredential({
    issuer: parties.issuer,
    type: vct,
    holder: parties.phone.did,
    claims,
    disclosable: ['/email', '/address', '/address/city', '/skills/0', '/skills/2', '/role'],
    decoyCount: 3,
    validForMs: hour,
    clock: parties.clock,
    ...change,
  })

async function present(change: Partial<PresentSdCredentialOptions> = {}): Promise<string> {
  return presentSdCredential({
    sdJwt: change.sdJwt ?? (await issue()),
    holder: parties.phone,
    disclose: [],
    audience: parties.verifier,
    nonce: 'question-1',
    clock: parties.clock,
    ...change,
  })
}

const verify = (presentation: unknown, change: Partial<SdCredentialPolicy> = {}) =>
  verifySdCredential(presentation, { ...policy, ...change })

describe('selective disclosure', () => {
  it('shows the holder everything, and what it may keep', async () => {
    const held = await readHeldSdCredential(await issue())
    expect(held).toMatchObject({ type: vct, issuer: parties.organisation, holder: parties.phone.did, claims })
    expect(held.disclosable.sort()).toEqual([
      '/address',
      '/address/city',
      '/email',
      '/role',
      '/skills/0',
      '/skills/2',
    ])
  })

  it.each<[string[], JsonObject]>([
    [[], { team: 'Blue', skills: ['Haskell'] }],
    [['/role'], { team: 'Blue', role: 'member', skills: ['Haskell'] }],
    [['/address'], { team: 'Blue', address: { country: 'CH' }, skills: ['Haskell'] }],
    [['/address/city'], { team: 'Blue', address: { city: 'Zürich', country: 'CH' }, skills: ['Haskell'] }],
    [['/skills/2'], { team: 'Blue', skills: ['Haskell', 'chess'] }],
    [['/email', '/skills/0', '/skills/2', '/role', '/address/city'], claims],
  ])('shows %j and nothing else that may be kept', async (disclose, shown) => {
    const presentation = await present({ disclose })
    const verified = await verify(presentation)
    expect(verified.claims).toEqual(shown)
    expect(verified).toMatchObject({ type: vct, issuer: parties.organisation, holder: parties.phone.did })
    const text = presentation
      .split(/[.~]/)
      .map(part => Buffer.from(part, 'base64url').toString())
      .join()
    expect(text.includes('anna@example.com')).toBe(disclose.includes('/email'))
    expect(text.includes('Zürich')).toBe(disclose.includes('/address/city'))
  })

  it('shows no values in what the issuer signs, digests in no telling order, and decoys among them', async () => {
    const [header, payload] = partsOf(splitSdJwt(await issue()).jwt)
    const seconds = Math.floor(parties.clock.now() / 1000)
    expect(header).toEqual({ alg: 'EdDSA', typ: 'dc+sd-jwt', kid: 'did:web:acme.example#key-1' })
    expect(payload).toEqual({
      team: 'Blue',
      skills: [{ '...': expect.any(String) }, 'Haskell', { '...': expect.any(String) }],
      _sd: expect.any(Array),
      _sd_alg: 'sha-256',
      iss: 'did:web:acme.example',
      vct,
      iat: seconds,
      exp: seconds + 3600,
      cnf: { jwk: { kty: 'OKP', crv: 'Ed25519', x: base64url.encode(publicKeyFromDid(parties.phone.did)) } },
    })
    const digests = payload._sd as string[]
    expect(digests).toHaveLength(6)
    expect(digests).toEqual([...digests].sort())
  })

  it('salts every disclosure anew', async () => {
    const texts = Array.from({ length: 50 }, () => createDisclosure('x', 'name').text)
    expect(new Set(texts).size).toBe(50)
    const [salt] = JSON.parse(utf8.decode(base64url.decode(texts[0] as string)))
    expect(base64url.decode(salt)).toHaveLength(16)
  })

  it.each<[string, Partial<IssueSdCredentialOptions>]>([
    ['a pointer to nothing', { disclosable: ['/nothing'] }],
    ['a pointer into nothing', { disclosable: ['/team/x'] }],
    ['a pointer past an array', { disclosable: ['/skills/3'] }],
    ['a pointer to no element', { disclosable: ['/skills/01'] }],
    ['a pointer that is none', { disclosable: ['email'] }],
    ['a claim of the protocol', { claims: { exp: 5 } }],
    ['a claim that looks like digests', { claims: { _sd: [] } }],
    ['no time to live', { validForMs: 0 }],
  ])('issues nothing with %s', async (_, change) => {
    await expect(issue(change)).rejects.toThrow(code('invalid-request'))
  })

  it('keeps names with slashes and tildes apart', async () => {
    const odd = { 'a/b': { 'c~d': 1 }, 'a~1b': 2 }
    const sdJwt = await issue({ claims: odd, disclosable: ['/a~1b', '/a~1b/c~0d', '/a~01b'], decoyCount: 0 })
    const held = await readHeldSdCredential(sdJwt)
    expect(held.claims).toEqual(odd)
    expect((await verify(await present({ sdJwt, disclose: ['/a~01b'] }))).claims).toEqual({ 'a~1b': 2 })
    expect((await verify(await present({ sdJwt, disclose: ['/a~1b'] }))).claims).toEqual({ 'a/b': {} })
  })

  it('presents nothing that is not there, nor what is bound to another key', async () => {
    await expect(present({ disclose: ['/team'] })).rejects.toThrow(code('invalid-request'))
    await expect(present({ holder: parties.laptop })).rejects.toThrow(code('forbidden'))
  })
})

describe('of presentations of a part, these are refused:', () => {
  it('one without the holder’s signature, with another’s, or with a changed one', async () => {
    const presentation = await present({ disclose: ['/role'] })
    const { jwt, disclosures, binding = '' } = splitSdJwt(presentation)
    const bare = [jwt, ...disclosures, ''].join('~')
    await expect(verify(bare)).rejects.toThrow(reason('holder', 'invalid-proof'))
    const [header, payload] = partsOf(binding)
    const forged = await signAnything(payload, header, { did: parties.laptop.did, identity: parties.laptop })
    await expect(verify(`${bare}${forged}`)).rejects.toThrow(reason('signature', 'invalid-proof'))
    const changed = binding.slice(0, -20) + (binding.at(-20) === 'A' ? 'B' : 'A') + binding.slice(-19)
    await expect(verify(`${bare}${changed}`)).rejects.toThrow(reason('signature'))
    const none = binding.replace(/^[^.]+/, base64url.encode(utf8.encode('{"alg":"none","typ":"kb+jwt"}')))
    await expect(verify(`${bare}${none}`)).rejects.toThrow(reason('algorithm'))
  })

  it('one whose disclosures were added, removed, swapped or changed after the holder signed', async () => {
    const sdJwt = await issue()
    const all = splitSdJwt(sdJwt).disclosures
    const presentation = await present({ sdJwt, disclose: ['/role', '/email'] })
    const { jwt, disclosures, binding = '' } = splitSdJwt(presentation)
    const withOnes = (texts: readonly string[]) => verify([jwt, ...texts, binding].join('~'))
    const hidden = all.find(
      text => !disclosures.includes(text) && readDisclosure(text).name === 'address',
    ) as string
    for (const texts of [[...disclosures, hidden], disclosures.slice(1), [...disclosures].reverse()]) {
      await expect(withOnes(texts)).rejects.toThrow(reason('disclosure', 'invalid-proof'))
    }
    const foreign = createDisclosure('owner', 'role').text
    await expect(withOnes([foreign, disclosures[1] as string])).rejects.toThrow(reason('disclosure'))
    await expect(withOnes([...disclosures, disclosures[0] as string])).rejects.toThrow(reason('disclosure'))
    await expect(withOnes([...disclosures, 'x'])).rejects.toThrow(
      expect.objectContaining({ name: 'LumosError' }),
    )
  })

  it('one whose issuer’s part was changed, or is of nobody trusted, or of another type', async () => {
    const presentation = await present()
    const { jwt, binding = '' } = splitSdJwt(presentation)
    const changed = jwt.slice(0, -20) + (jwt.at(-20) === 'A' ? 'B' : 'A') + jwt.slice(-19)
    await expect(verify(`${changed}~${binding}`)).rejects.toThrow(reason('signature'))
    await expect(verify(await present(), { trustedIssuers: [] })).rejects.toThrow(
      reason('untrusted-issuer', 'forbidden'),
    )
    await expect(verify(await present(), { type: 'https://acme.example/other' })).rejects.toThrow(
      reason('type'),
    )
    const { stranger } = parties
    const own = await issue({ issuer: { did: stranger.did, identity: stranger } })
    await expect(verify(await present({ sdJwt: own }))).rejects.toThrow(reason('untrusted-issuer'))
    const posing = await issue({ issuer: { ...parties.issuer, identity: stranger } })
    await expect(verify(await present({ sdJwt: posing }))).rejects.toThrow(reason('signature'))
  })

  it('one for another verifier, another question, replayed, expired or from the future', async () => {
    await expect(verify(await present({ audience: 'x' }))).rejects.toThrow(
      reason('audience', 'invalid-proof'),
    )
    await expect(verify(await present({ nonce: 'x' }))).rejects.toThrow(reason('nonce', 'invalid-proof'))
    const presentation = await present()
    await verify(presentation)
    await expect(verify(presentation)).rejects.toThrow(reason('replayed', 'replayed-request'))
    const sdJwt = await issue()
    const late = await present({ sdJwt })
    parties.clock.advance(11 * 60_000)
    await expect(verify(late)).rejects.toThrow(reason('expired'))
    const next = await present({ sdJwt })
    parties.clock.advance(-62_000)
    await expect(verify(next)).rejects.toThrow(reason('not-yet-valid'))
    parties.clock.advance(2 * hour)
    await expect(verify(await present({ sdJwt }))).rejects.toThrow(reason('expired'))
  })

  it('one that was revoked, or whose status nobody can check', async () => {
    const { keeper, published, clock } = parties
    const status = await keeper.allocate()
    const sdJwt = await issue({ status })
    await expect(verify(await present({ sdJwt }))).rejects.toThrow(
      reason('status-unknown', 'revocations-unknown'),
    )
    published.list = await keeper.publish()
    expect((await verify(await present({ sdJwt }), { requireStatus: true })).status).toEqual(status)
    await keeper.revoke(status)
    published.list = await keeper.publish()
    clock.advance(60_000)
    await expect(verify(await present({ sdJwt }))).rejects.toThrow(reason('revoked', 'forbidden'))
    await expect(verify(await present(), { requireStatus: true })).rejects.toThrow(reason('status-unknown'))
    const { status: _, ...blind } = policy
    await expect(verifySdCredential(await present({ sdJwt }), blind)).rejects.toThrow(
      reason('status-unknown'),
    )
  })

  it('one by a device that its subject removed since', async () => {
    const { person, didLogs, log, phone, laptop } = parties
    const sdJwt = await issue({ subject: person })
    expect((await verify(await present({ sdJwt }))).subject).toBe(person)
    await didLogs.offer(await appendToDidLog(log, { type: 'remove-device', key: phone.did }, laptop))
    await expect(verify(await present({ sdJwt }))).rejects.toThrow(reason('holder'))
    const elsewhere = await issue({ subject: 'did:example:gone' as PrincipalDid })
    await expect(verify(await present({ sdJwt: elsewhere }))).rejects.toMatchObject({
      code: 'identity-unavailable',
    })
  })

  /** A credential with a changed payload, rightly signed by its issuer, and disclosures beside it. */
  async function crafted(change: JsonObject, disclosures: string[] = [], header = {}): Promise<string> {
    const [oldHeader, payload] = partsOf(splitSdJwt(await issue()).jwt)
    const jwt = await signAnything({ ...payload, ...change }, { ...oldHeader, ...header }, parties.issuer)
    const text = [jwt, ...disclosures, ''].join('~')
    const binding = await signAnything(
      {
        iat: Math.floor(parties.clock.now() / 1000),
        aud: parties.verifier,
        nonce: 'question-1',
        sd_hash: await sha256Text(text),
      },
      { typ: 'kb+jwt' },
      { did: parties.phone.did, identity: parties.phone },
    )
    return `${text}${binding}`
  }

  it('passes when nothing was crafted after all', async () => {
    expect((await verify(await crafted({}))).claims).toMatchObject({ team: 'Blue' })
  })

  it.each<[string, JsonObject, string]>([
    ['no end', { exp: null }, 'malformed'],
    ['no time', { iat: 'x' }, 'malformed'],
    ['a second beginning', { nbf: 5 }, 'malformed'],
    ['no type', { vct: 5 }, 'malformed'],
    ['a status of another kind', { status: {} }, 'status-unknown'],
    ['no key', { cnf: {} }, 'malformed'],
    ['a key of another kind', { cnf: { jwk: { kty: 'EC', crv: 'P-256', x: 'x' } } }, 'malformed'],
    ['a key that is cut', { cnf: { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } } }, 'malformed'],
    [
      'a key of small order',
      { cnf: { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } } },
      'malformed',
    ],
    ['digests of another kind', { _sd_alg: 'sha-512' }, 'algorithm'],
    ['digests that are no list', { _sd: 'x' }, 'malformed'],
    ['a digest that is no text', { _sd: [5] }, 'malformed'],
    ['a digest twice', { _sd: ['x', 'x'] }, 'disclosure'],
    ['a digest twice in two places', { _sd: ['x'], deep: { _sd: ['x'] } }, 'disclosure'],
    ['an element’s digest outside an array', { deep: { '...': 'x' } }, 'malformed'],
    ['something beside an element’s digest', { list: [{ '...': 'x', more: 1 }] }, 'malformed'],
    ['an element’s digest that is no text', { list: [{ '...': 5 }] }, 'malformed'],
  ])('one with %s', async (_, change, expected) => {
    await expect(verify(await crafted(change))).rejects.toThrow(reason(expected))
  })

  it('one with a header of another type', async () => {
    await expect(verify(await crafted({}, [], { typ: 'vc+sd-jwt' }))).rejects.toThrow(reason('type'))
  })

  it.each<
    [
      string,
      (name: (value: unknown, name?: string) => string) => {
        texts: string[]
        payload: (digests: string[]) => JsonObject
      },
    ]
  >([
    [
      'a claim where an element belongs',
      make => ({ texts: [make('x', 'name')], payload: ([d]) => ({ list: [{ '...': d as string }] }) }),
    ],
    [
      'an element where a claim belongs',
      make => ({ texts: [make('x')], payload: digests => ({ _sd: digests }) }),
    ],
    [
      'a claim whose name is taken',
      make => ({ texts: [make('x', 'team')], payload: digests => ({ _sd: digests }) }),
    ],
    [
      'one name twice',
      make => ({ texts: [make('x', 'n'), make('y', 'n')], payload: digests => ({ _sd: digests }) }),
    ],
    [
      'who issued it',
      make => ({ texts: [make('x', 'credentialStatus')], payload: digests => ({ _sd: digests }) }),
    ],
    ['when it begins', make => ({ texts: [make(5, 'nbf')], payload: digests => ({ _sd: digests }) })],
  ])('one that discloses %s', async (_, craft) => {
    const { texts, payload } = craft((value, name) => createDisclosure(value as never, name).text)
    const digests = await Promise.all(texts.map(digestOf))
    await expect(verify(await crafted(payload(digests), texts))).rejects.toThrow(reason('disclosure'))
  })

  it('one with claims nested beyond all reason', async () => {
    const texts = [createDisclosure('end', 'x').text]
    for (let level = 0; level < 66; level++) {
      texts.push(createDisclosure({ _sd: [await digestOf(texts.at(-1) as string)] }, 'x').text)
    }
    const deep = { _sd: [await digestOf(texts.at(-1) as string)] }
    await expect(verify(await crafted(deep, texts))).rejects.toThrow(reason('malformed'))
  })

  it.each([
    ['no array', '{}'],
    ['one part', '["salt"]'],
    ['four parts', '["salt","a","b","c"]'],
    ['no salt', '["","a","b"]'],
    ['a salt that is no text', '[5,"a","b"]'],
    ['a name that is no text', '["salt",5,"b"]'],
    ['the name _sd', '["salt","_sd","b"]'],
    ['the name ...', '["salt","...","b"]'],
    ['the name __proto__', '["salt","__proto__","b"]'],
    ['no JSON', '["salt"'],
  ])('one with a disclosure of %s', (_, content) => {
    expect(() => readDisclosure(base64url.encode(utf8.encode(content)))).toThrow(reason('malformed'))
  })

  it.each([null, 5, '', 'x', 'a~', '~', '~~', 'a.b.c~'])('%j, which is no SD-JWT', async text => {
    await expect(verify(text)).rejects.toThrow(expect.objectContaining({ name: 'LumosError' }))
  })

  it('what is too large, and what its caller gave up', async () => {
    await expect(verify('~'.repeat(300))).rejects.toThrow(code('too-large'))
    await expect(verify('x'.repeat(256 * 1024 + 1))).rejects.toThrow(code('too-large'))
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(verifySdCredential(await present(), policy, { signal })).rejects.toThrow('gone')
  })
})
