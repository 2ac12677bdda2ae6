import { encode } from '@ipld/dag-cbor'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import * as digest from 'multiformats/hashes/digest'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeInvocation, type InvocationFields, issueInvocation } from '../../../src/access/index.ts'
import { cidFromLink, cidOf, linkFromCid } from '../../../src/access/ucan/cid.ts'
import type { Command, Identity } from '../../../src/contracts/index.ts'
import { base64url } from '../../../src/core/index.ts'
import { delegate, identityOf } from '../access-setup.ts'

let alice: Identity, bob: Identity
let proof: string
beforeAll(async () => {
  alice = await identityOf(1)
  bob = await identityOf(2)
  proof = (await delegate(alice, bob)).cid
})

const header = Uint8Array.of(0x34, 0x01, 0xed, 0x01, 0xed, 0x01, 0x13, 0x71)

const fields = () => ({
  iss: bob.did,
  sub: alice.did,
  cmd: '/thread/get',
  args: {},
  prf: [CID.parse(proof)],
  nonce: new Uint8Array(12),
  exp: null,
})

/** A token of any content, with 64 bytes for a signature. */
const tokenOf = (payload: object, tag = 'ucan/inv@1.0.0-rc.1') =>
  base64url.encode(encode([new Uint8Array(64), { h: header, [tag]: payload }]))

const refusal = { code: 'invalid-request' }

const issue = (change: Partial<InvocationFields> = {}) =>
  issueInvocation(bob, {
    ...{ subject: alice.did, command: '/thread/get', args: { threadId: 't' }, expiresAt: null },
    ...change,
  })

describe('an invocation', () => {
  it('comes back as it was given', async () => {
    const issued = await issue({ audience: bob.did, proofs: [proof], expiresAt: 20 })
    expect(await decodeInvocation(issued.token)).toEqual(issued)
    expect(issued).toMatchObject({
      issuer: bob.did,
      subject: alice.did,
      audience: bob.did,
      command: '/thread/get',
      args: { threadId: 't' },
      proofs: [proof],
      expiresAt: 20,
    })
  })

  it('rests on nothing, is for its subject and does not end, unless told otherwise', async () => {
    const { proofs, audience, expiresAt } = await issue()
    expect([proofs, audience, expiresAt]).toEqual([[], undefined, null])
  })

  it('has a CID of its own each time, unless its nonce is chosen', async () => {
    const [first, second] = [await issue(), await issue()]
    expect(second.cid).not.toBe(first.cid)
    const nonce = new Uint8Array()
    expect((await issue({ nonce })).cid).toBe((await issue({ nonce })).cid)
  })

  it('that no reader would take is not signed', async () => {
    for (const change of [
      { command: '/Thread' as Command },
      { expiresAt: 1.5 },
      { nonce: new Uint8Array(65) },
      { proofs: ['bafy'] },
      { audience: 'bob' as never },
      { args: { a: Number.NaN } },
    ]) {
      await expect(issue(change), JSON.stringify(change)).rejects.toMatchObject(refusal)
    }
  })
})

describe('a hostile invocation', () => {
  it.each(['iss', 'sub', 'cmd', 'args', 'prf', 'nonce', 'exp'])('without %s is refused', async name => {
    const { [name as 'iss']: _left, ...rest } = fields()
    await expect(decodeInvocation(tokenOf(rest))).rejects.toMatchObject(refusal)
  })

  it.each<[string, () => object]>([
    ['an unknown field', () => ({ extra: 1 })],
    ['a field of delegations', () => ({ pol: [] })],
    ['no subject', () => ({ sub: null })],
    ['an issuer that is no DID', () => ({ iss: 'bob' })],
    ['an audience that is no DID', () => ({ aud: null })],
    ['a command without a slash', () => ({ cmd: 'thread' })],
    ['a list for its arguments', () => ({ args: [] })],
    ['a link for its arguments', () => ({ args: CID.parse(proof) })],
    ['a map for its proofs', () => ({ prf: {} })],
    ['text for a proof', () => ({ prf: [proof] })],
    ['a nonce too long', () => ({ nonce: new Uint8Array(65) })],
    ['half a second for its end', () => ({ exp: 1.5 })],
    ['text for its time', () => ({ iat: '2026' })],
    ['a list for meta', () => ({ meta: [] })],
    ['text for its cause', () => ({ cause: proof })],
  ])('with %s is refused', async (_what, change) => {
    const token = tokenOf({ ...fields(), ...change() })
    await expect(decodeInvocation(token)).rejects.toMatchObject(refusal)
  })

  it('may say for whom, when, why and more about itself', async () => {
    const more = { aud: bob.did, iat: 5, cause: CID.parse(proof), meta: { a: 1 } }
    expect(await decodeInvocation(tokenOf({ ...fields(), ...more }))).toMatchObject({ audience: bob.did })
  })

  it('is no delegation, and of the known versions', async () => {
    await decodeInvocation(tokenOf(fields(), 'ucan/inv@1.0.0'))
    for (const tag of ['ucan/dlg@1.0.0-rc.1', 'ucan/inv@0.9.0', 'ucan/inv']) {
      await expect(decodeInvocation(tokenOf(fields(), tag))).rejects.toMatchObject(refusal)
    }
  })
})

describe('the link to a token', () => {
  const sha256 = new Uint8Array(32).fill(7)
  const link = (version: 0 | 1, code: number, hash = 0x12, length = 32) =>
    CID.create(version, code, digest.create(hash, sha256.slice(0, length)))

  it('is one with its CID', async () => {
    const cid = await cidOf(sha256)
    expect(cid).toMatch(/^bafyrei[a-z2-7]{52}$/)
    expect(cidFromLink(linkFromCid(cid))).toBe(cid)
  })

  it.each<[string, () => unknown]>([
    ['of an old version', () => link(0, 0x70)],
    ['to other than dag-cbor', () => link(1, 0x55)],
    ['by another hash', () => link(1, 0x71, 0x13)],
    ['by a shorter hash', () => link(1, 0x71, 0x12, 31)],
    ['in text', () => proof],
    ['that is not there', () => undefined],
  ])('%s is none', (_what, value) => {
    expect(() => cidFromLink(value())).toThrow(expect.objectContaining(refusal))
  })

  it.each<[string, () => string]>([
    ['of an old version', () => link(0, 0x70).toString()],
    ['to other than dag-cbor', () => link(1, 0x55).toString()],
    ['by another hash', () => link(1, 0x71, 0x13).toString()],
    ['by a shorter hash', () => link(1, 0x71, 0x12, 31).toString()],
    ['that is cut off', () => proof.slice(0, -1)],
    ['in capitals', () => proof.toUpperCase()],
    ['that is empty', () => ''],
    ['with a space', () => `${proof} `],
    ['in another base', () => CID.parse(proof).toString(base58btc)],
  ])('is not made of a CID %s', (_what, cid) => {
    expect(() => linkFromCid(cid())).toThrow(expect.objectContaining(refusal))
  })

  it('quotes no more than the beginning of what is none', () => {
    expect(() => linkFromCid('x'.repeat(10_000))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{0,120}$/) }),
    )
  })
})
