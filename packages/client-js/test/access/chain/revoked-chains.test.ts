import { beforeAll, describe, expect, it } from 'vitest'
import type { Identity, PrincipalDid } from '../../../src/contracts/index.ts'
import { Door, delegate, identityOf, outcomeOf } from '../access-setup.ts'

let node: Identity, alice: Identity, bob: Identity, carol: Identity, mallory: Identity
beforeAll(async () => {
  ;[node, alice, bob, carol, mallory] = (await Promise.all([1, 2, 3, 4, 5].map(identityOf))) as [
    Identity,
    Identity,
    Identity,
    Identity,
    Identity,
  ]
})

const anna = 'did:lumos:anna' as PrincipalDid

describe('revocation', () => {
  let chain: Awaited<ReturnType<typeof delegate>>[]
  beforeAll(async () => {
    chain = [
      await delegate(node, alice),
      await delegate(alice, bob, { subject: node.did }),
      await delegate(bob, carol, { subject: node.did }),
    ]
  })

  const revokedBy = async (link: number, revoker: PrincipalDid) => {
    const door = new Door(node)
    const ask = () => outcomeOf(door.ask({ issuer: carol, delegations: chain }))
    expect(await ask()).toBe('admitted')
    door.revoked.set(chain[link]?.cid as string, [mallory.did, revoker])
    return ask()
  }

  it('counts on the next call, for a chain that was good on the last', async () => {
    expect(await revokedBy(0, node.did)).toBe('forbidden')
    expect(await revokedBy(1, alice.did)).toBe('forbidden')
    expect(await revokedBy(2, bob.did)).toBe('forbidden')
  })

  it('is the business of the issuer and those above, not of those below or beside', async () => {
    expect(await revokedBy(2, node.did)).toBe('forbidden')
    expect(await revokedBy(2, alice.did)).toBe('forbidden')
    expect(await revokedBy(1, bob.did)).toBe('admitted')
    expect(await revokedBy(0, carol.did)).toBe('admitted')
    expect(await revokedBy(2, carol.did)).toBe('admitted')
    expect(await revokedBy(2, mallory.did)).toBe('admitted')
  })

  it('may come in the name of the person whose device gave it, and holds when devices change', async () => {
    const door = new Door(node, { publicCommands: ['/thread'] })
    door.keys.keys.set(anna, [alice.did, bob.did])
    const given = await delegate(alice, carol, { subject: anna })
    const ask = () =>
      outcomeOf(door.ask({ issuer: carol, scope: 'owner', subject: anna, delegations: [given] }))
    expect(await ask()).toBe('admitted')
    door.revoked.set(given.cid, [bob.did])
    expect(await ask()).toBe('admitted')
    door.revoked.set(given.cid, [bob.did, anna])
    expect(await ask()).toBe('forbidden')
    door.keys.keys.set(anna, [alice.did])
    expect(await ask()).toBe('forbidden')
  })

  it('is the business of the person something was given to, and of the device that passed it on', async () => {
    const outcome = async (revoker: PrincipalDid) => {
      const door = new Door(node)
      door.keys.keys.set(anna, [alice.did, bob.did])
      const toAnna = await delegate(node, anna)
      const onward = await delegate(bob, carol, { subject: node.did })
      door.revoked.set(onward.cid, [revoker])
      return outcomeOf(door.ask({ issuer: carol, delegations: [toAnna, onward] }))
    }
    expect(await outcome(anna)).toBe('forbidden')
    expect(await outcome(bob.did)).toBe('forbidden')
    // Anna's other device has to say so in her name.
    expect(await outcome(alice.did)).toBe('admitted')
  })

  it('is named as what stands in the way, and nothing else is', async () => {
    const door = new Door(node)
    const root = chain[0]?.cid as string
    door.revoked.set(root, [node.did])
    await expect(door.ask({ issuer: carol, delegations: chain })).rejects.toHaveProperty(
      'details.obstacles',
      {
        [root]: 'revoked',
      },
    )
  })

  it('takes one way and leaves another', async () => {
    const door = new Door(node)
    const other = await delegate(node, carol, { command: '/thread' })
    door.revoked.set(chain[2]?.cid as string, [bob.did])
    expect((await door.ask({ issuer: carol, delegations: [...chain, other] })).delegations).toEqual([
      other.cid,
    ])
  })

  it('not known freshly enough refuses chains that others passed on, and asks to come back', async () => {
    let isFresh = true
    const door = new Door(node, { freshness: { isFresh: issuer => isFresh && issuer !== mallory.did } })
    const ask = (delegations: typeof chain) => door.ask({ issuer: carol, delegations })
    expect(await outcomeOf(ask(chain))).toBe('admitted')
    isFresh = false
    await expect(ask(chain)).rejects.toMatchObject({ code: 'revocations-unknown', retryable: true })
    const direct = await delegate(node, carol)
    expect((await ask([...chain, direct])).delegations).toEqual([direct.cid])
  })
})
