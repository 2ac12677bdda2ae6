import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject, PrincipalDid } from '../../../src/contracts/index.ts'
import { base64url, utf8 } from '../../../src/core/index.ts'
import {
  createDisclosure,
  digestOf,
  readDisclosure,
  sha256Text,
  verifySdCredential,
} from '../../../src/identity/credentials/index.ts'
import { splitSdJwt } from '../../../src/identity/credentials/sd-jwt/sd-jwt-text.ts'
import { appendToDidLog } from '../../../src/identity/index.ts'
import { code, reason } from '../refused.ts'
import { hour, partsOf, signAnything } from './parties.ts'
import { createSdParties, type SdParties } from './sd-parties.ts'

let parties: SdParties
beforeEach(async () => {
  parties = await createSdParties()
})

describe('of presentations of a part, these are refused:', () => {
  it('one without the holder’s signature, with another’s, or with a changed one', async () => {
    const presentation = await parties.present({ disclose: ['/role'] })
    const { jwt, disclosures, binding = '' } = splitSdJwt(presentation)
    const bare = [jwt, ...disclosures, ''].join('~')
    await expect(parties.verify(bare)).rejects.toThrow(reason('holder', 'invalid-proof'))
    const [header, payload] = partsOf(binding)
    const forged = await signAnything(payload, header, { did: parties.laptop.did, identity: parties.laptop })
    await expect(parties.verify(`${bare}${forged}`)).rejects.toThrow(reason('signature', 'invalid-proof'))
    const changed = binding.slice(0, -20) + (binding.at(-20) === 'A' ? 'B' : 'A') + binding.slice(-19)
    await expect(parties.verify(`${bare}${changed}`)).rejects.toThrow(reason('signature'))
    const none = binding.replace(/^[^.]+/, base64url.encode(utf8.encode('{"alg":"none","typ":"kb+jwt"}')))
    await expect(parties.verify(`${bare}${none}`)).rejects.toThrow(reason('algorithm'))
  })

  it('one whose disclosures were added, removed, swapped or changed after the holder signed', async () => {
    const sdJwt = await parties.issue()
    const all = splitSdJwt(sdJwt).disclosures
    const presentation = await parties.present({ sdJwt, disclose: ['/role', '/email'] })
    const { jwt, disclosures, binding = '' } = splitSdJwt(presentation)
    const withOnes = (texts: readonly string[]) => parties.verify([jwt, ...texts, binding].join('~'))
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
    const presentation = await parties.present()
    const { jwt, binding = '' } = splitSdJwt(presentation)
    const changed = jwt.slice(0, -20) + (jwt.at(-20) === 'A' ? 'B' : 'A') + jwt.slice(-19)
    await expect(parties.verify(`${changed}~${binding}`)).rejects.toThrow(reason('signature'))
    await expect(parties.verify(await parties.present(), { trustedIssuers: [] })).rejects.toThrow(
      reason('untrusted-issuer', 'forbidden'),
    )
    await expect(
      parties.verify(await parties.present(), { type: 'https://acme.example/other' }),
    ).rejects.toThrow(reason('type'))
    const { stranger } = parties
    const own = await parties.issue({ issuer: { did: stranger.did, identity: stranger } })
    await expect(parties.verify(await parties.present({ sdJwt: own }))).rejects.toThrow(
      reason('untrusted-issuer'),
    )
    const posing = await parties.issue({ issuer: { ...parties.issuer, identity: stranger } })
    await expect(parties.verify(await parties.present({ sdJwt: posing }))).rejects.toThrow(
      reason('signature'),
    )
  })

  it('one for another verifier, another question, replayed, expired or from the future', async () => {
    await expect(parties.verify(await parties.present({ audience: 'x' }))).rejects.toThrow(
      reason('audience', 'invalid-proof'),
    )
    await expect(parties.verify(await parties.present({ nonce: 'x' }))).rejects.toThrow(
      reason('nonce', 'invalid-proof'),
    )
    const presentation = await parties.present()
    await parties.verify(presentation)
    await expect(parties.verify(presentation)).rejects.toThrow(reason('replayed', 'replayed-request'))
    const sdJwt = await parties.issue()
    const late = await parties.present({ sdJwt })
    parties.clock.advance(11 * 60_000)
    await expect(parties.verify(late)).rejects.toThrow(reason('expired'))
    const next = await parties.present({ sdJwt })
    parties.clock.advance(-62_000)
    await expect(parties.verify(next)).rejects.toThrow(reason('not-yet-valid'))
    parties.clock.advance(2 * hour)
    await expect(parties.verify(await parties.present({ sdJwt }))).rejects.toThrow(reason('expired'))
  })

  it('one that was revoked, or whose status nobody can check', async () => {
    const { keeper, published, clock } = parties
    const status = await keeper.allocate()
    const sdJwt = await parties.issue({ status })
    await expect(parties.verify(await parties.present({ sdJwt }))).rejects.toThrow(
      reason('status-unknown', 'revocations-unknown'),
    )
    published.list = await keeper.publish()
    expect((await parties.verify(await parties.present({ sdJwt }), { requireStatus: true })).status).toEqual(
      status,
    )
    await keeper.revoke(status)
    published.list = await keeper.publish()
    clock.advance(60_000)
    await expect(parties.verify(await parties.present({ sdJwt }))).rejects.toThrow(
      reason('revoked', 'forbidden'),
    )
    await expect(parties.verify(await parties.present(), { requireStatus: true })).rejects.toThrow(
      reason('status-unknown'),
    )
    const { status: _, ...blind } = parties.sdPolicy
    await expect(verifySdCredential(await parties.present({ sdJwt }), blind)).rejects.toThrow(
      reason('status-unknown'),
    )
  })

  it('one by a device that its subject removed since', async () => {
    const { person, didLogs, log, phone, laptop } = parties
    const sdJwt = await parties.issue({ subject: person })
    expect((await parties.verify(await parties.present({ sdJwt }))).subject).toBe(person)
    await didLogs.offer(await appendToDidLog(log, { type: 'remove-device', key: phone.did }, laptop))
    await expect(parties.verify(await parties.present({ sdJwt }))).rejects.toThrow(reason('holder'))
    const elsewhere = await parties.issue({ subject: 'did:example:gone' as PrincipalDid })
    await expect(parties.verify(await parties.present({ sdJwt: elsewhere }))).rejects.toMatchObject({
      code: 'identity-unavailable',
      message: expect.stringContaining('did:example:gone'),
      retryable: true,
    })
  })

  /** A credential with a changed payload, rightly signed by its issuer, and disclosures beside it. */
  async function crafted(
    change: JsonObject,
    disclosures: string[] = [],
    { header = {}, bound = {} } = {},
  ): Promise<string> {
    const [oldHeader, payload] = partsOf(splitSdJwt(await parties.issue()).jwt)
    const jwt = await signAnything({ ...payload, ...change }, { ...oldHeader, ...header }, parties.issuer)
    const text = [jwt, ...disclosures, ''].join('~')
    const binding = await signAnything(
      {
        iat: Math.floor(parties.clock.now() / 1000),
        aud: parties.verifier,
        nonce: 'question-1',
        sd_hash: await sha256Text(text),
        ...bound,
      },
      { typ: 'kb+jwt' },
      { did: parties.phone.did, identity: parties.phone },
    )
    return `${text}${binding}`
  }

  it('passes when nothing was crafted after all', async () => {
    expect((await parties.verify(await crafted({}))).claims).toMatchObject({ team: 'Blue' })
  })

  it.each<[string, JsonObject, string]>([
    ['an end that is none', { exp: null }, 'malformed'],
    ['no end', { exp: undefined as never }, 'malformed'],
    ['no beginning', { iat: undefined as never }, 'malformed'],
    ['a time that is none', { iat: 'x' }, 'malformed'],
    ['a second beginning', { nbf: 5 }, 'malformed'],
    ['no type', { vct: 5 }, 'malformed'],
    ['a status of another kind', { status: {} }, 'status-unknown'],
    ['no key', { cnf: {} }, 'malformed'],
    ['a key of another kind', { cnf: { jwk: { kty: 'EC', crv: 'P-256', x: 'x' } } }, 'malformed'],
    ['a key that is no text', { cnf: { jwk: { kty: 'OKP', crv: 'Ed25519', x: 5 } } }, 'malformed'],
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
    await expect(parties.verify(await crafted(change))).rejects.toThrow(reason(expected))
  })

  it.each([{ kty: 'EC' }, { crv: 'X25519' }])('one bound to a key of another kind: %j', async change => {
    const { cnf } = partsOf(splitSdJwt(await parties.issue()).jwt)[1] as { cnf: { jwk: JsonObject } }
    await expect(parties.verify(await crafted({ cnf: { jwk: { ...cnf.jwk, ...change } } }))).rejects.toThrow(
      reason('malformed'),
    )
  })

  it('one that discloses what the issuer never signed, and one whose holder says no time', async () => {
    const foreign = createDisclosure('owner', 'office').text
    await expect(parties.verify(await crafted({}, [foreign]))).rejects.toThrow(reason('disclosure'))
    const timeless = await crafted({}, [], { bound: { iat: undefined } })
    await expect(parties.verify(timeless)).rejects.toThrow(reason('malformed'))
  })

  it('one replayed in the last moment that clocks allow, though others came in between', async () => {
    const sdJwt = await parties.issue()
    const presentation = await parties.present({ sdJwt })
    await parties.verify(presentation)
    parties.clock.advance(10 * 60_000 + 58_000)
    await parties.verify(await parties.present({ sdJwt }))
    await expect(parties.verify(presentation)).rejects.toThrow(reason('replayed'))
  })

  it('one with a header of another type', async () => {
    await expect(parties.verify(await crafted({}, [], { header: { typ: 'vc+sd-jwt' } }))).rejects.toThrow(
      reason('type'),
    )
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
    await expect(parties.verify(await crafted(payload(digests), texts))).rejects.toThrow(reason('disclosure'))
  })

  it('one with claims nested beyond all reason', async () => {
    const texts = [createDisclosure('end', 'x').text]
    for (let level = 0; level < 66; level++) {
      texts.push(createDisclosure({ _sd: [await digestOf(texts.at(-1) as string)] }, 'x').text)
    }
    const deep = { _sd: [await digestOf(texts.at(-1) as string)] }
    await expect(parties.verify(await crafted(deep, texts))).rejects.toThrow(reason('malformed'))
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
    await expect(parties.verify(text)).rejects.toThrow(expect.objectContaining({ name: 'LumosError' }))
  })

  it('what is too large, and what its caller gave up', async () => {
    await expect(parties.verify('~'.repeat(300))).rejects.toThrow(code('too-large'))
    await expect(parties.verify('x'.repeat(256 * 1024 + 1))).rejects.toThrow(code('too-large'))
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(verifySdCredential(await parties.present(), parties.sdPolicy, { signal })).rejects.toThrow(
      'gone',
    )
  })
})
