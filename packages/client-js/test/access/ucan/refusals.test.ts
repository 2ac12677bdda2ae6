import { encode } from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeDelegation, decodeInvocation } from '../../../src/access/index.ts'
import type { Identity, PrincipalDid } from '../../../src/contracts/index.ts'
import { base64url } from '../../../src/core/index.ts'
import { delegate, identityOf } from '../access-setup.ts'

let alice: Identity, bob: Identity
beforeAll(async () => {
  alice = await identityOf(1)
  bob = await identityOf(2)
})

const header = Uint8Array.of(0x34, 0x01, 0xed, 0x01, 0xed, 0x01, 0x13, 0x71)

function seal(kind: 'dlg' | 'inv', payload: unknown, signature: unknown = new Uint8Array(64)): string {
  return base64url.encode(encode([signature, { h: header, [`ucan/${kind}@1.0.0-rc.1`]: payload }]))
}

const common = () => ({ iss: alice.did, sub: alice.did, cmd: '/thread', nonce: new Uint8Array(64), exp: 5 })
const delegation = () => ({ ...common(), aud: bob.did, pol: [] })
const invocation = () => ({ ...common(), args: {}, prf: [] })

const says = (decoding: Promise<unknown>, message: string) =>
  expect(decoding).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining(message),
  })

describe('who made a bad token learns', () => {
  it.each<[string, object]>([
    ['it lacks "aud"', { aud: undefined }],
    ['"extra" is not a field of it', { extra: 1 }],
    [`"${'x'.repeat(40)}" is not a field of it`, { ['x'.repeat(41)]: 1 }],
    ['its meta is not a map', { meta: null }],
    ['its meta is not a map', { meta: 'x' }],
    ['The issuer is not a DID', { iss: 'alice' }],
    ['The audience is not a DID', { aud: null }],
    ['The subject is not a DID', { sub: 'x' }],
    ['A command is / or lowercase segments', { cmd: 'x' }],
    ['"nbf" is not a whole number of seconds', { nbf: 1.5 }],
    ['"exp" is not a whole number of seconds', { exp: 'x' }],
    ['its nonce is not bytes', { nonce: 'x' }],
    ['its nonce has more than 64 bytes', { nonce: new Uint8Array(65) }],
  ])('of a delegation: %s', async (message, change) => {
    await decodeDelegation(seal('dlg', delegation()))
    const fields = Object.entries({ ...delegation(), ...change }).filter(([, value]) => value !== undefined)
    await says(decodeDelegation(seal('dlg', Object.fromEntries(fields))), message)
  })

  it.each<[string, object]>([
    ['its meta is not a map', { meta: [] }],
    ['"iat" is not a whole number of seconds', { iat: 'x' }],
    ['"exp" is not a whole number of seconds', { exp: 0.5 }],
    ['The issuer is not a DID', { iss: 1 }],
    ['The subject is not a DID', { sub: null }],
    ['The audience is not a DID', { aud: null }],
    ['its args is not a map', { args: [] }],
    ['its proofs are not a list', { prf: {} }],
    ['Not a link to a token', { prf: ['x'] }],
  ])('of an invocation: %s', async (message, change) => {
    await decodeInvocation(seal('inv', invocation()))
    await says(decodeInvocation(seal('inv', { ...invocation(), ...change })), message)
  })

  it('what its envelope is', async () => {
    const text = (envelope: unknown) => base64url.encode(encode(envelope))
    const signature = new Uint8Array(64)
    const tag = 'ucan/dlg@1.0.0-rc.1'
    await says(decodeDelegation(text([signature])), 'not a signature and what was signed')
    await says(decodeDelegation(text([signature, 1])), 'its signed part is not a map')
    await says(decodeDelegation(text([signature, { [tag]: delegation() }])), 'not signed by Ed25519')
    await says(decodeDelegation(text([signature, { h: header }])), 'not of the kind ucan/dlg')
    await says(decodeDelegation(seal('inv', invocation())), 'not of the kind ucan/dlg@1.0.0-rc.1')
    await says(decodeInvocation(seal('dlg', delegation())), 'not of the kind ucan/inv@1.0.0-rc.1')
    for (const payload of ['x', null, [], CID.parse((await delegate(alice, bob)).cid)]) {
      await says(decodeDelegation(seal('dlg', payload)), 'its payload is not a map')
    }
  })

  it('that its signature is none, whatever is signed', async () => {
    for (const signature of [
      new Uint8Array(63),
      new Uint8Array(65),
      'x'.repeat(64),
      null,
      Array(64).fill(0),
    ]) {
      const token = seal('dlg', delegation(), signature)
      await says(decodeDelegation(token), 'its signature is not Ed25519')
    }
  })
})

describe('the size of a token', () => {
  const withText = (length: number) => seal('dlg', { ...delegation(), meta: { text: 'x'.repeat(length) } })

  it('is 16 KiB at most, which is seen before anything is decoded', async () => {
    const spare = 16 * 1024 - base64url.decode(withText(10_000)).length
    const fits = withText(10_000 + spare)
    expect(base64url.decode(fits)).toHaveLength(16 * 1024)
    expect((await decodeDelegation(fits)).token).toBe(fits)
    await expect(decodeDelegation(withText(10_001 + spare))).rejects.toMatchObject({ code: 'too-large' })
    // No base64url at all.
    await expect(decodeDelegation('%'.repeat(fits.length + 1))).rejects.toMatchObject({
      code: 'too-large',
      message: 'A token has at most 16384 bytes.',
    })
    await expect(decodeDelegation('%'.repeat(fits.length))).rejects.toMatchObject({ code: 'malformed-frame' })
  })

  it('of the name of a principal is 512 characters at most', async () => {
    const did = `did:web:${'a'.repeat(504)}` as PrincipalDid
    expect(did).toHaveLength(512)
    expect((await delegate(alice, did)).audience).toBe(did)
    await expect(delegate(alice, `${did}a` as PrincipalDid)).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })
})
