import { beforeAll, describe, expect, it } from 'vitest'
import { issueRevocation, type NodeAccessOptions, openNodeAccess } from '../../../src/access/index.ts'
import type { Command, Identity, PrincipalDid, RequestEnvelope } from '../../../src/contracts/index.ts'
import { createVerifier } from '../../../src/identity/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { delegate, identityOf, TestKeyDirectory } from '../access-setup.ts'

const anna = 'did:lumos:anna' as PrincipalDid
let node: Identity, alice: Identity, bob: Identity
beforeAll(async () => {
  ;[node, alice, bob] = (await Promise.all([1, 2, 3].map(identityOf))) as [Identity, Identity, Identity]
})

async function open(options: Partial<NodeAccessOptions> = {}) {
  const store = new MemoryStore()
  const access = await openNodeAccess({ identity: node, store, publicCommands: [], ...options })
  const ask = (issuer: Identity, delegations: string[] = [], subject?: PrincipalDid) => {
    const envelope = { issuer: issuer.did, params: {}, delegations, ...(subject && { subject }) }
    return access.authorizer.authorize({
      issuer: issuer.did,
      command: '/thread/get',
      scope: subject ? 'owner' : 'node',
      envelope: envelope as unknown as RequestEnvelope,
      context: { transport: 'in-process' },
    })
  }
  return { access, ask, store }
}

describe('the permissions of a node, as they are opened', () => {
  it('know did:keys only, unless told who speaks for others', async () => {
    const alone = await open({ publicCommands: ['/thread'] })
    expect(await alone.ask(alice, [], alice.did)).toMatchObject({ subject: alice.did })
    await expect(alone.ask(alice, [], anna)).rejects.toMatchObject({ code: 'identity-unavailable' })
    const keys = new TestKeyDirectory()
    keys.keys.set(anna, [alice.did])
    const told = await open({ publicCommands: ['/thread'], keys })
    expect(await told.ask(alice, [], anna)).toMatchObject({ subject: anna })
    const { cid } = await delegate(alice, bob)
    const token = await issueRevocation(alice, cid, { issuer: anna })
    expect(await told.access.revocations.add(token)).toMatchObject({ issuer: anna })
    await expect(alone.access.revocations.add(token)).rejects.toMatchObject({ code: 'identity-unavailable' })
  })

  it('ask how fresh the revocations of others are, where something follows them', async () => {
    const toAlice = await delegate(node, alice)
    const onward = await delegate(alice, bob, { subject: node.did })
    const tokens = [toAlice.token, onward.token]
    const { ask } = await open()
    expect((await ask(bob, tokens)).delegations).toEqual([toAlice.cid, onward.cid])
    const stale = await open({ freshness: { isFresh: () => false } })
    await expect(stale.ask(bob, tokens)).rejects.toMatchObject({ code: 'revocations-unknown' })
    expect((await stale.ask(alice, tokens)).delegations).toEqual([toAlice.cid])
  })

  it('are checked by the verifier that is given', async () => {
    const checked: string[] = []
    const real = createVerifier()
    const { ask, access } = await open({
      verifier: {
        verify(did, ...rest) {
          checked.push(did)
          return real.verify(did, ...rest)
        },
      },
    })
    const given = await delegate(node, alice)
    await ask(alice, [given.token])
    expect(checked).toEqual([node.did])
    await access.revocations.add(await issueRevocation(node, given.cid))
    expect(checked).toEqual([node.did, node.did])
    await expect(ask(alice, [given.token])).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('go by the machine’s clock, unless told otherwise', async () => {
    const before = Date.now()
    const { access } = await open()
    const { createdAt } = await access.grant({ audience: alice.did, command: '/thread' })
    expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(before)
    const clock = new ManualClock(5000)
    const told = await open({ clock })
    expect(await told.access.grant({ audience: alice.did, command: '/thread' })).toMatchObject({
      createdAt: new Date(5000).toISOString(),
    })
  })

  it('refuse a public command that is none', async () => {
    const opening = open({ publicCommands: ['thread' as Command] })
    await expect(opening).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('do nothing for a caller that has left', async () => {
    const { access, ask } = await open()
    const given = await access.grant({ audience: alice.did, command: '/thread' })
    const { code } = (await access.createClaimCode()) as { code: string }
    const signal = AbortSignal.abort(new Error('left'))
    await expect(access.listGrants({ signal })).rejects.toThrow('left')
    await expect(access.grant({ audience: bob.did, command: '/' }, { signal })).rejects.toThrow('left')
    await expect(access.revoke(given.cid, { signal })).rejects.toThrow('left')
    await expect(access.claim(code, bob.did, { signal })).rejects.toThrow('left')
    expect(await access.listGrants()).toEqual([given])
    expect((await ask(alice)).delegations).toEqual([given.cid])
    // The code is not spent either.
    expect(await access.claim(code, bob.did)).toMatchObject({ audience: bob.did })
  })
})
