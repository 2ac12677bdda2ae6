import { EdDSASigner } from 'iso-signatures/signers/eddsa.js'
import { verifier as eddsa } from 'iso-signatures/verifiers/eddsa.js'
import { Resolver } from 'iso-signatures/verifiers/resolver.js'
import { Delegation as IsoDelegation } from 'iso-ucan/delegation'
import { Invocation as IsoInvocation } from 'iso-ucan/invocation'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  decodeDelegation,
  decodeInvocation,
  issueDelegation,
  issueInvocation,
} from '../../../src/access/index.ts'
import type { Command, Did, Identity } from '../../../src/contracts/index.ts'
import { base64url } from '../../../src/core/index.ts'
import { createVerifier, identityFromSeed } from '../../../src/identity/index.ts'

/** One key, in the hands of each implementation. */
interface Person {
  ours: Identity
  theirs: EdDSASigner
}

async function personOf(number: number): Promise<Person> {
  const seed = new Uint8Array(32).fill(number)
  return { ours: await identityFromSeed(seed), theirs: await EdDSASigner.generate(seed) }
}

let alice: Person, bob: Person, carol: Person
beforeAll(async () => {
  ;[alice, bob, carol] = (await Promise.all([1, 2, 3].map(personOf))) as [Person, Person, Person]
})

const verifierResolver = new Resolver(eddsa)
const tomorrow = 4_000_000_000
const policy = [
  ['==', '.a.b', [1, 'two', { three: null }]],
  ['like', '.name', 'a*\\*'],
  [
    'or',
    [
      ['>', '.n', 1.5],
      ['not', ['==', '.n', -1]],
    ],
  ],
  ['any', '.list', ['<=', '.', 2 ** 33]],
] as const

describe('delegations, beside iso-ucan', () => {
  it('one that we make is read and verified there, with the same CID', async () => {
    const ours = await issueDelegation(alice.ours, {
      audience: bob.ours.did,
      subject: alice.ours.did,
      command: '/thread/get',
      policy,
      expiresAt: tomorrow,
      notBefore: 1_000_000_000,
      meta: { note: 'for Bob', list: [1, -2, 2.5, true, null] },
    })
    const theirs = await IsoDelegation.from({ bytes: base64url.decode(ours.token), verifierResolver })
    expect(theirs.cid.toString()).toBe(ours.cid)
    expect(await theirs.validate({ verifierResolver })).toBe(true)
    expect([theirs.iss, theirs.aud, theirs.sub, theirs.cmd]).toEqual([
      ours.issuer,
      ours.audience,
      ours.subject,
      ours.command,
    ])
    expect(theirs.pol).toEqual(policy)
    expect([theirs.exp, theirs.nbf]).toEqual([tomorrow, 1_000_000_000])
  })

  it.each([
    ['with an end', { exp: tomorrow }],
    ['without one', { exp: null }],
    ['with a beginning and meta', { exp: tomorrow, nbf: 5, meta: { a: { b: [1] } } }],
    ['of no subject', { exp: null, sub: null }],
  ])('one that they make, %s, is read and verified here, with the same CID', async (_what, fields) => {
    const sub = alice.theirs.did
    const theirs = await IsoDelegation.create({
      iss: alice.theirs,
      aud: bob.theirs.did,
      sub,
      cmd: '/thread',
      pol: policy as never,
      ...fields,
    } as never)
    const ours = await decodeDelegation(base64url.encode(theirs.bytes))
    expect(ours.cid).toBe(theirs.cid.toString())
    expect([ours.issuer, ours.audience, ours.command]).toEqual([theirs.iss, theirs.aud, theirs.cmd])
    expect(ours.subject).toBe('sub' in fields ? null : sub)
    expect(ours.policy).toEqual(policy)
    expect(ours.expiresAt).toBe(fields.exp)
    expect(ours.notBefore).toBe('nbf' in fields ? fields.nbf : undefined)
    expect(await createVerifier().verify(ours.issuer as Did, ours.signedBytes, ours.signature)).toBe(true)
  })
})

describe('invocations, beside iso-ucan', () => {
  it('one that we make, on our delegations, is admitted there', async () => {
    const root = await issueDelegation(alice.ours, {
      audience: bob.ours.did,
      subject: alice.ours.did,
      command: '/thread',
      policy: [['==', '.threadId', 't1']],
      expiresAt: null,
    })
    const onward = await issueDelegation(bob.ours, {
      audience: carol.ours.did,
      subject: alice.ours.did,
      command: '/thread/get',
      expiresAt: tomorrow,
    })
    const tokens = new Map([root, onward].map(({ cid, token }) => [cid, base64url.decode(token)]))
    const invocation = await issueInvocation(carol.ours, {
      subject: alice.ours.did,
      command: '/thread/get',
      args: { threadId: 't1' },
      proofs: [root.cid, onward.cid],
      expiresAt: tomorrow,
    })
    const theirs = await IsoInvocation.from({
      bytes: base64url.decode(invocation.token),
      audience: alice.theirs,
      verifierResolver,
      resolveProof: async (cid: { toString(): string }) =>
        IsoDelegation.from({ bytes: tokens.get(cid.toString()) as Uint8Array, verifierResolver }),
    } as never)
    expect(theirs.cid.toString()).toBe(invocation.cid)
    expect(theirs.payload.args).toEqual({ threadId: 't1' })
  })

  it('one that they make is read and verified here, with the same CID', async () => {
    const theirs = await IsoInvocation.create({
      iss: alice.theirs,
      sub: alice.theirs.did,
      cmd: '/thread/get' as Command,
      args: { threadId: 't1', list: [1, 2.5] },
      prf: [],
      exp: tomorrow,
      verifierResolver,
    } as never)
    const ours = await decodeInvocation(base64url.encode(theirs.bytes))
    expect(ours.cid).toBe(theirs.cid.toString())
    const { iss, sub, aud, cmd, args } = theirs.payload
    expect([ours.issuer, ours.subject, ours.audience]).toEqual([iss, sub, aud])
    expect([ours.command, ours.args, ours.proofs]).toEqual([cmd, args, []])
    expect(await createVerifier().verify(ours.issuer as Did, ours.signedBytes, ours.signature)).toBe(true)
  })
})
