import { beforeAll, describe, expect, it } from 'vitest'
import { decodeDelegation, delegateGrant } from '../../../src/access/index.ts'
import type { Identity, PrincipalDid } from '../../../src/contracts/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { identityOf } from '../access-setup.ts'

const anna = 'did:lumos:anna' as PrincipalDid
let alice: Identity, bob: Identity
beforeAll(async () => {
  alice = await identityOf(1)
  bob = await identityOf(2)
})

const clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 600))
const give = (change: object = {}) =>
  delegateGrant(alice, { audience: bob.did, command: '/thread', ...change }, clock)

describe('a permission that somebody passes on', () => {
  it('is of the signer’s own, without condition, end or label, unless told otherwise', async () => {
    const grant = await give()
    const delegation = await decodeDelegation(grant.token)
    expect(grant).toStrictEqual({
      cid: delegation.cid,
      issuer: alice.did,
      audience: bob.did,
      subject: alice.did,
      command: '/thread',
      policy: [],
      createdAt: '2026-01-02T03:04:05.600Z',
      token: delegation.token,
    })
    expect(delegation).toMatchObject({
      issuer: alice.did,
      audience: bob.did,
      subject: alice.did,
      command: '/thread',
      policy: [],
      expiresAt: null,
      notBefore: undefined,
    })
  })

  it('carries its conditions and its end, in whole seconds; its label stays with the giver', async () => {
    const policy = [['==', '.threadId', 't']] as const
    const grant = await give({ policy, label: 'Phone', expiresAt: '2026-01-03T00:00:00.900Z' })
    expect(grant).toMatchObject({ policy, label: 'Phone', expiresAt: '2026-01-03T00:00:00.000Z' })
    const delegation = await decodeDelegation(grant.token)
    expect(delegation).toMatchObject({ policy, expiresAt: Date.UTC(2026, 0, 3) / 1000 })
    expect(Buffer.from(delegation.signedBytes).includes('Phone')).toBe(false)
  })

  it('may be of the person whose device signs, and of whoever gave it to them', async () => {
    expect(await give({ issuer: anna })).toMatchObject({ issuer: anna, subject: anna })
    expect(await give({ subject: bob.did })).toMatchObject({ issuer: alice.did, subject: bob.did })
    const { token } = await give({ issuer: anna, subject: bob.did })
    expect(await decodeDelegation(token)).toMatchObject({ issuer: anna, subject: bob.did })
  })

  it('ends in a time to come', async () => {
    const now = clock.now()
    for (const expiresAt of [new Date(now).toISOString(), new Date(now - 1).toISOString(), 'tomorrow', '']) {
      await expect(give({ expiresAt }), expiresAt).rejects.toMatchObject({ code: 'invalid-request' })
    }
    // Past already in whole seconds, yet given.
    expect(await give({ expiresAt: new Date(now + 1).toISOString() })).toMatchObject({
      expiresAt: '2026-01-02T03:04:05.000Z',
    })
  })

  it('is made by the machine’s clock, unless told otherwise', async () => {
    const before = Date.now()
    const { createdAt } = await delegateGrant(alice, { audience: bob.did, command: '/' })
    expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(createdAt)).toBeLessThanOrEqual(Date.now())
  })
})
