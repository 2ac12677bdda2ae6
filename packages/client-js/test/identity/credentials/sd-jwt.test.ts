import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/contracts/index.ts'
import { base64url, publicKeyFromDid, utf8 } from '../../../src/core/index.ts'
import {
  createDisclosure,
  type IssueSdCredentialOptions,
  readDisclosure,
  readHeldSdCredential,
} from '../../../src/identity/credentials/index.ts'
import { splitSdJwt } from '../../../src/identity/credentials/sd-jwt/sd-jwt-text.ts'
import { code } from '../refused.ts'
import { partsOf } from './parties.ts'
import { claims, createSdParties, type SdParties, vct } from './sd-parties.ts'

let parties: SdParties
beforeEach(async () => {
  parties = await createSdParties()
})

describe('selective disclosure', () => {
  it('shows the holder everything, and what it may keep', async () => {
    const held = await readHeldSdCredential(await parties.issue())
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
    const presentation = await parties.present({ disclose })
    const verified = await parties.verify(presentation)
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
    const [header, payload] = partsOf(splitSdJwt(await parties.issue()).jwt)
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
    ['a pointer into text', { disclosable: ['/team/length'] }],
    ['a pointer to what every object has', { disclosable: ['/toString'] }],
    ['a pointer without its slash', { disclosable: [' team'] }],
    ['a claim of the protocol', { claims: { exp: 5 }, disclosable: [] }],
    ['a claim that looks like digests', { claims: { _sd: [] }, disclosable: [] }],
    ['a claim that looks like an element’s digest', { claims: { '...': 'x' }, disclosable: [] }],
    ['no time to live', { validForMs: 0 }],
  ])('issues nothing with %s', async (_, change) => {
    await expect(parties.issue(change)).rejects.toThrow(code('invalid-request'))
  })

  it('conceals elements far down a list', async () => {
    const list = Array.from({ length: 12 }, (_, index) => `element ${index}`)
    const sdJwt = await parties.issue({ claims: { list }, disclosable: ['/list/11'] })
    const { claims: shown } = await parties.verify(await parties.present({ sdJwt }))
    expect(shown).toEqual({ list: list.slice(0, 11) })
  })

  it('reads each disclosure as it was made', () => {
    for (const name of ['name', undefined]) {
      const disclosure = createDisclosure({ any: ['value'] }, name)
      expect(readDisclosure(disclosure.text)).toEqual(disclosure)
      expect(disclosure.name).toBe(name)
    }
  })

  it('keeps names with slashes and tildes apart', async () => {
    const odd = { 'a/b': { 'c~d': 1 }, 'a~1b': 2 }
    const sdJwt = await parties.issue({
      claims: odd,
      disclosable: ['/a~1b', '/a~1b/c~0d', '/a~01b'],
      decoyCount: 0,
    })
    const held = await readHeldSdCredential(sdJwt)
    expect(held.claims).toEqual(odd)
    expect((await parties.verify(await parties.present({ sdJwt, disclose: ['/a~01b'] }))).claims).toEqual({
      'a~1b': 2,
    })
    expect((await parties.verify(await parties.present({ sdJwt, disclose: ['/a~1b'] }))).claims).toEqual({
      'a/b': {},
    })
  })

  it('presents nothing that is not there, nor what is bound to another key', async () => {
    await expect(parties.present({ disclose: ['/team'] })).rejects.toThrow(code('invalid-request'))
    await expect(parties.present({ holder: parties.laptop })).rejects.toThrow(code('forbidden'))
  })
})
