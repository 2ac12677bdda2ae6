import { describe, expect, it } from 'vitest'
import type { Did, PrincipalDid } from '../../src/contracts/index.ts'
import { base64url, publicKeyFromDid } from '../../src/core/index.ts'
import { documentKeys } from '../../src/identity/read-did-document.ts'
import { code } from './refused.ts'

const key = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' as Did
const other = 'did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG' as Did
const did = 'did:web:acme.example' as PrincipalDid

describe('reading a document', () => {
  const multikey = { id: '#a', type: 'Multikey', controller: did, publicKeyMultibase: key.slice(8) }
  const jwk = (x: string, more = {}) => ({
    id: `${did}#j`,
    type: 'JsonWebKey2020',
    controller: did,
    publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x, ...more },
  })
  const x = base64url.encode(publicKeyFromDid(other))
  const read = (methods: unknown[], authentication: unknown[] = ['#a'], more = {}) =>
    documentKeys(
      { id: did, verificationMethod: methods, authentication, ...more } as never,
      did,
      'authentication',
    )

  it('knows Multikey, Ed25519VerificationKey2020 and JsonWebKey2020, named or in place, each once', () => {
    expect(read([multikey])).toEqual([key])
    expect(read([{ ...multikey, type: 'Ed25519VerificationKey2020' }], [`${did}#a`])).toEqual([key])
    expect(read([jwk(x)], ['#j'])).toEqual([other])
    expect(read([{ ...jwk(x), type: 'JsonWebKey' }], ['#j'])).toEqual([other])
    expect(read([], [multikey])).toEqual([key])
    expect(read([multikey, jwk(x)], ['#j', '#a', multikey, `${did}#j`])).toEqual([other, key])
    expect(read([multikey], [])).toEqual([])
  })

  it('leaves keys of other kinds out', () => {
    const p256 = { ...jwk('x'), publicKeyJwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } }
    const x25519 = { ...jwk('x'), publicKeyJwk: { kty: 'OKP', crv: 'X25519', x: 'x' } }
    const secp = {
      ...multikey,
      id: '#s',
      publicKeyMultibase: 'zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme',
    }
    expect(read([p256], ['#j'])).toEqual([])
    expect(read([x25519], ['#j'])).toEqual([])
    expect(read([{ ...jwk(x), publicKeyJwk: { kty: 'EC', crv: 'Ed25519', x } }], ['#j'])).toEqual([])
    expect(read([secp, multikey], ['#s', '#a'])).toEqual([key])
    expect(read([{ ...multikey, type: 'Unknown', publicKeyMultibase: 5 }])).toEqual([])
  })

  it('knows what else the document lists the keys for', () => {
    const document = { id: did, verificationMethod: [multikey], assertionMethod: ['#a'] }
    expect(documentKeys(document as never, did, 'authentication')).toEqual([])
    expect(documentKeys(document as never, did, 'assertionMethod')).toEqual([key])
  })

  it.each<[string, unknown[], unknown[]?, object?]>([
    ['is of another DID', [multikey], ['#a'], { id: 'did:web:other.example' }],
    ['names a method that is not there', [], ['#a']],
    ['names something that is no method', [multikey], [5]],
    ['has two methods of one id', [multikey, { ...multikey, id: `${did}#a` }]],
    ['has a method without an id', [{ ...multikey, id: undefined }]],
    [
      'has a method of another DID',
      [{ ...multikey, id: 'did:web:other.example#a' }],
      ['did:web:other.example#a'],
    ],
    ['has a method whose id only begins like its own', [{ ...multikey, id: `${did}x#a` }], [`${did}x#a`]],
    ['has a key that somebody else controls', [{ ...multikey, controller: 'did:web:other.example' }]],
    ['has a key without a controller', [{ ...multikey, controller: undefined }]],
    ['has a Multikey that is no text', [{ ...multikey, publicKeyMultibase: 5 }]],
    ['has a Multikey that is cut', [{ ...multikey, publicKeyMultibase: key.slice(8, -1) }]],
    [
      'has a 2020 key that is of another kind',
      [
        {
          ...multikey,
          type: 'Ed25519VerificationKey2020',
          publicKeyMultibase: 'zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme',
        },
      ],
    ],
    [
      'has a Multikey of small order',
      [{ ...multikey, publicKeyMultibase: 'z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP' }],
    ],
    ['has a JWK that is no object', [{ ...jwk(x), publicKeyJwk: 'x' }], ['#j']],
    ['has a JWK with too short a key', [jwk('AAAA')], ['#j']],
    ['has a JWK with a key that is not canonical', [jwk(`${x.slice(0, -1)}B`)], ['#j']],
    ['has a JWK of small order', [jwk('A'.repeat(43))], ['#j']],
    ['shows a private key', [jwk(x, { d: x })], ['#j']],
    ['has methods that are no list', 5 as never],
    ['has a relationship that is no list', [multikey], '#a' as never],
    [
      'has more methods than 64',
      Array.from({ length: 65 }, (_, i) => ({ ...multikey, id: `#${i}` })),
      ['#1'],
    ],
  ])('refuses one that %s', (_, methods, authentication, more) => {
    expect(() => read(methods, authentication, more)).toThrow(code('invalid-request'))
  })

  it('takes 64 methods, and says what was wrong with a key for those who look into it', () => {
    const methods = Array.from({ length: 64 }, (_, index) => ({ ...multikey, id: `#${index}` }))
    expect(read(methods, ['#63'])).toEqual([key])
    expect(() => read([{ ...multikey, publicKeyMultibase: key.slice(8, -1) }])).toThrow(
      expect.objectContaining({ cause: expect.any(Error) }),
    )
  })

  it.each([[null], ['x'], [[]], [5]])('refuses %j, which is no document', value => {
    expect(() => documentKeys(value as never, did, 'authentication')).toThrow(code('invalid-request'))
  })
})
