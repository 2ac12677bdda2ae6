import { peerIdFromString } from '@libp2p/peer-id'
import { decodeJWT, verifyJWS } from 'did-jwt'
import { describe, expect, it } from 'vitest'
import { base64url, createEnvelope, createSystemClock, utf8 } from '../../src/core/index.ts'
import {
  createIdentity,
  createVerifier,
  didFromPeerId,
  identityFromSeed,
  peerIdFromDid,
} from '../../src/identity.ts'
import { identitySuite } from '../../src/testing/identity-suite.ts'

identitySuite('a fresh', createIdentity, createVerifier())

identitySuite(
  'a seeded',
  () => identityFromSeed(crypto.getRandomValues(new Uint8Array(32))),
  createVerifier({ maxCachedKeys: 1 }),
)

it('refuses a seed that is not 32 bytes', async () => {
  await expect(identityFromSeed(new Uint8Array(31))).rejects.toThrow(RangeError)
})

it('is the PeerId that libp2p makes of the same key', async () => {
  const { did, publicKey } = await createIdentity()
  const peerId = peerIdFromString(peerIdFromDid(did))
  expect(peerId.type).toBe('Ed25519')
  expect(peerId.publicKey?.raw).toEqual(publicKey)
  expect(didFromPeerId(peerId.toString())).toBe(did)
})

it.each(['', '12D3KooW', 'QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC', '12D3Koo'.padEnd(52, '1')])(
  'takes no DID from %j, which is no Ed25519 PeerId',
  peerId => {
    expect(() => didFromPeerId(peerId)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  },
)

describe('a proof', () => {
  it('is an ordinary JWS to did-jwt once its payload is put back', async () => {
    const identity = await createIdentity()
    const envelope = await createEnvelope({
      verb: 'agent.list',
      params: {},
      identity,
      audience: identity.did,
      clock: createSystemClock(),
    })
    const { proof, ...unsigned } = envelope
    const [header, signature] = proof.split('..')
    const payload = base64url.encode(utf8.encode(JSON.stringify(sorted(unsigned))))
    const jws = `${header}.${payload}.${signature}`
    const method = {
      id: `${identity.did}#key`,
      type: 'JsonWebKey2020',
      controller: identity.did,
      publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x: base64url.encode(identity.publicKey) },
    }
    expect(verifyJWS(jws, method)).toEqual(method)
    expect(decodeJWT(jws).header).toEqual({ alg: 'EdDSA', kid: identity.did })
    const other = base64url.encode(utf8.encode('{}'))
    expect(() => verifyJWS(`${header}.${other}.${signature}`, method)).toThrow()
  })
})

/** The canonical form of this flat object, without our own code. */
function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
}
