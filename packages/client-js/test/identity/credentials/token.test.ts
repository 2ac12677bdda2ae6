import { beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/contracts/index.ts'
import { assertSignedBy, readToken, signToken, verifyToken } from '../../../src/identity/credentials/token.ts'
import { code, reason } from '../refused.ts'
import { createParties, joined, type Parties, partsOf, signAnything } from './parties.ts'

let parties: Parties
beforeAll(async () => {
  parties = await createParties()
})

const sign = (payload: JsonObject = { a: 1, iat: 5 }) =>
  signToken(payload, { typ: 'vc+jwt', cty: 'vc' }, parties.issuer)
const tampered = (header: unknown, payload: unknown = {}) => joined(header, payload, 'A'.repeat(86))
const right = { alg: 'EdDSA', typ: 'vc+jwt' }

describe('a token', () => {
  it('names its type, its content, and the key that signed it, in the signer’s document', async () => {
    const [header, payload] = partsOf(await sign())
    const kid = `${parties.organisation}#key-1`
    expect(header).toEqual({ alg: 'EdDSA', typ: 'vc+jwt', cty: 'vc', kid })
    expect(payload).toEqual({ a: 1, iat: 5, iss: parties.organisation })
  })

  it('names the key by itself where the signer gave it no name', async () => {
    const { stranger } = parties
    const jwt = await signToken({}, { typ: 'vp+jwt' }, { did: stranger.did, identity: stranger })
    expect(partsOf(jwt)[0]).toEqual({
      alg: 'EdDSA',
      typ: 'vp+jwt',
      kid: `${stranger.did}#${stranger.did.slice('did:key:'.length)}`,
    })
  })

  it('is read into what was signed, text and all', async () => {
    const jwt = await sign()
    const [header, payload] = partsOf(jwt)
    expect(readToken(jwt, 'vc+jwt')).toEqual({ header, payload, text: jwt })
  })

  it.each<[string, string]>([
    ['something before it', ` ${tampered(right)}`],
    ['something behind it', `${tampered(right)} `],
    ['a signature of 63 bytes', joined(right, {}, 'A'.repeat(84))],
    ['a signature too long', joined(right, {}, 'A'.repeat(87))],
    ['padding', joined(right, {}, `${'A'.repeat(86)}==`)],
    ['a list for its payload', tampered(right, [])],
    ['text for its payload', tampered(right, 'x')],
    ['a list for its header', tampered([])],
    ['a payload that is no JSON', tampered(right).replace(/\.[\w-]+\./, '.AAAA.')],
    ['a payload that is no base64url', tampered(right).replace(/\.[\w-]+\./, '.A.')],
  ])('with %s is none', (_, text) => {
    expect(() => readToken(text, 'vc+jwt')).toThrow(reason('malformed', 'invalid-request'))
  })

  it.each<[JsonObject, string]>([
    [{ typ: 'vc+jwt' }, 'algorithm'],
    [{ ...right, alg: 'none' }, 'algorithm'],
    [{ ...right, crit: [] }, 'algorithm'],
    [{ ...right, b64: true }, 'algorithm'],
    [{ alg: 'EdDSA' }, 'type'],
    [{ ...right, typ: 'vp+jwt' }, 'type'],
  ])('whose header is %j is refused before any key is asked for', (header, why) => {
    expect(() => readToken(tampered(header), 'vc+jwt')).toThrow(reason(why))
    expect(readToken(tampered(right), 'vc+jwt').header).toEqual(right)
  })

  it('has 256 KiB and 32 levels at most', () => {
    const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)
    expect(readToken(tampered(right, { a: nested(31) }), 'vc+jwt').payload).toEqual({ a: nested(31) })
    expect(() => readToken(tampered(right, { a: nested(32) }), 'vc+jwt')).toThrow(code('too-large'))
    const limit = 256 * 1024
    expect(() => readToken('x'.repeat(limit), 'vc+jwt')).toThrow(reason('malformed'))
    expect(() => readToken('x'.repeat(limit + 1), 'vc+jwt')).toThrow(code('too-large'))
  })
})

describe('the signer of a token', () => {
  const verify = async (jwt: string, options: object = {}) =>
    verifyToken(readToken(jwt, 'vc+jwt'), parties.organisation, {
      purpose: 'assertionMethod',
      resolver: parties.resolver,
      ...options,
    })

  it('is told by the key that signed', async () => {
    expect(await verify(await sign())).toBe(parties.tablet.did)
  })

  it('must list the key for what it was used for', async () => {
    const document = (await parties.resolver.resolve(parties.organisation)).didDocument
    const resolver = {
      resolve: async () => ({
        didResolutionMetadata: {},
        didDocumentMetadata: {},
        didDocument: { ...document, assertionMethod: [] },
      }),
    }
    await expect(verify(await sign(), { resolver })).rejects.toThrow(reason('signature', 'invalid-proof'))
    expect(await verify(await sign(), { resolver, purpose: 'authentication' })).toBe(parties.tablet.did)
  })

  it('is not asked for the key of somebody else', async () => {
    let asked = 0
    const resolver = { resolve: () => expect.unreachable(String(++asked)) }
    const { stranger } = parties
    const header = { typ: 'vc+jwt', kid: `${stranger.did}#${stranger.did.slice(8)}` }
    const jwt = await signAnything({}, header, { did: parties.organisation, identity: stranger })
    await expect(verify(jwt, { resolver })).rejects.toThrow(reason('signature', 'invalid-proof'))
    expect(asked).toBe(0)
  })

  it('is not known when nobody says why its document cannot be had', async () => {
    const resolver = {
      resolve: async () => ({ didResolutionMetadata: {}, didDocumentMetadata: {}, didDocument: null }),
    }
    await expect(verify(await sign(), { resolver })).rejects.toMatchObject({
      code: 'identity-unavailable',
      retryable: false,
      details: { error: 'unknown' },
    })
  })

  it('is not waited for longer than the caller waits', async () => {
    const leaving = new AbortController()
    const resolver = { resolve: () => new Promise(() => {}) }
    const verifying = verify(await sign(), { resolver, signal: leaving.signal })
    leaving.abort(new Error('left'))
    await expect(verifying).rejects.toThrow('left')
  })

  it('is the only one whose key fits, and says what did not', async () => {
    const jwt = await sign()
    expect(() => assertSignedBy(jwt, parties.tablet.did)).not.toThrow()
    expect(() => assertSignedBy(jwt, parties.phone.did)).toThrow(
      expect.objectContaining({ code: 'invalid-proof', cause: expect.any(Error) }),
    )
  })
})
