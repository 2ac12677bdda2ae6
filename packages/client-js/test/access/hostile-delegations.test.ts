import { beforeAll, describe, expect, it } from 'vitest'
import { GrantIndex } from '../../src/access/index.ts'
import type { Did, Identity, PrincipalDid, Verifier } from '../../src/contracts/index.ts'
import { createVerifier } from '../../src/identity/index.ts'
import { Door, delegate, identityOf, outcomeOf } from './access-setup.ts'

let node: Identity, alice: Identity, bob: Identity, mallory: Identity
beforeAll(async () => {
  ;[node, alice, bob, mallory] = (await Promise.all([1, 2, 3, 5].map(identityOf))) as [
    Identity,
    Identity,
    Identity,
    Identity,
  ]
})

describe('hostile delegations', () => {
  it('refuses a signature by another key, and finds the good one beside it', async () => {
    const door = new Door(node)
    const forged = await delegate(mallory, alice, { issuer: node.did, subject: node.did })
    const good = await delegate(node, alice)
    await expect(door.ask({ issuer: alice, delegations: [forged] })).rejects.toMatchObject({
      code: 'forbidden',
      details: { obstacles: { [forged.cid]: 'signature' } },
    })
    expect((await door.ask({ issuer: alice, delegations: [forged, good] })).delegations).toEqual([good.cid])
  })

  it('checks a forged signature once, however many chains it is part of', async () => {
    const real = createVerifier()
    const checked: string[] = []
    const verifier: Verifier = {
      verify(did, bytes, signature) {
        checked.push(did)
        return real.verify(did, bytes, signature)
      },
    }
    const door = new Door(node, { verifier })
    const roots = await Promise.all(Array.from({ length: 8 }, () => delegate(node, alice)))
    const forged = await delegate(mallory, bob, { issuer: alice.did, subject: node.did })
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [...roots, forged] }))).toBe('forbidden')
    expect(checked.filter(did => did === alice.did)).toHaveLength(1)
    const rootless = await Promise.all(
      Array.from({ length: 8 }, () => delegate(mallory, alice, { issuer: node.did, subject: node.did })),
    )
    const onward = await delegate(alice, bob, { subject: node.did })
    checked.length = 0
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [...rootless, onward] }))).toBe('forbidden')
    expect(checked).toHaveLength(8)
  })

  it('refuses a subject that is none', async () => {
    const door = new Door(node, { publicCommands: ['/'] })
    const ask = door.ask({ issuer: alice, scope: 'owner', subject: 'alice' as PrincipalDid })
    await expect(ask).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('takes 16 and no more', async () => {
    const door = new Door(node)
    const given = await Promise.all(Array.from({ length: 17 }, () => delegate(node, alice)))
    expect(await outcomeOf(door.ask({ issuer: alice, delegations: given.slice(1) }))).toBe('admitted')
    expect(await outcomeOf(door.ask({ issuer: alice, delegations: given }))).toBe('too-large')
  })

  it('follows chains of 16 links, and circles never', async () => {
    const people = await Promise.all(Array.from({ length: 18 }, (_, index) => identityOf(20 + index)))
    const links = await Promise.all(
      people
        .slice(0, 17)
        .map((from, index) =>
          delegate(from, people[index + 1] as Identity, { subject: people[0]?.did as Did }),
        ),
    )
    const grants = new GrantIndex()
    grants.add(links[0] as (typeof links)[0])
    const door = new Door(people[0] as Identity, { grants })
    expect(
      await outcomeOf(door.ask({ issuer: people[16] as Identity, delegations: links.slice(1, 16) })),
    ).toBe('admitted')
    expect(
      await outcomeOf(door.ask({ issuer: people[17] as Identity, delegations: links.slice(1, 17) })),
    ).toBe('forbidden')
    const circle = await Promise.all([
      delegate(alice, bob, { subject: node.did }),
      delegate(bob, alice, { subject: node.did }),
      delegate(alice, alice, { subject: node.did }),
    ])
    expect(await outcomeOf(new Door(node).ask({ issuer: alice, delegations: circle }))).toBe('forbidden')
  })

  it('answers soon where all of 16 delegations lead to each other', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, (_, index) => identityOf(60 + index)))
    const delegations = await Promise.all(
      people.flatMap(from => people.map(to => delegate(from, to, { subject: node.did }))),
    )
    const startedAt = performance.now()
    expect(await outcomeOf(new Door(node).ask({ issuer: people[0] as Identity, delegations }))).toBe(
      'forbidden',
    )
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })
})
