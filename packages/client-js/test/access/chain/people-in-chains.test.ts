import { beforeAll, describe, expect, it } from 'vitest'
import { GrantIndex } from '../../../src/access/index.ts'
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

describe('people and organisations in a chain', () => {
  it('a device of the person something was given to may use it and pass it on, until it is removed', async () => {
    const door = new Door(node)
    door.keys.keys.set(anna, [alice.did, bob.did])
    const toAnna = await delegate(node, anna)
    const onward = await delegate(bob, carol, { subject: node.did, command: '/thread' })
    const asAlice = () => outcomeOf(door.ask({ issuer: alice, delegations: [toAnna] }))
    const asCarol = () => outcomeOf(door.ask({ issuer: carol, delegations: [toAnna, onward] }))
    expect([await asAlice(), await asCarol()]).toEqual(['admitted', 'admitted'])
    door.keys.keys.set(anna, [alice.did])
    expect([await asAlice(), await asCarol()]).toEqual(['admitted', 'forbidden'])
  })

  it('what went to one device is not the other device’s', async () => {
    const door = new Door(node)
    door.keys.keys.set(anna, [alice.did, bob.did])
    const toAlice = await delegate(node, alice)
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [toAlice] }))).toBe('forbidden')
  })

  it('an organisation signs by any of its keys now', async () => {
    const door = new Door(node, { publicCommands: ['/thread'] })
    const club = 'did:web:club.example' as PrincipalDid
    door.keys.keys.set(club, [mallory.did, carol.did])
    const given = await delegate(carol, alice, { issuer: club, subject: club })
    const ask = () =>
      outcomeOf(door.ask({ issuer: alice, scope: 'owner', subject: club, delegations: [given] }))
    expect(await ask()).toBe('admitted')
    door.keys.keys.set(club, [mallory.did])
    expect(await ask()).toBe('forbidden')
    door.keys.keys.set(club, [carol.did])
    expect(await ask()).toBe('admitted')
  })

  it('says so when keys cannot be learned, and only if it mattered', async () => {
    const door = new Door(node, { publicCommands: ['/thread'] })
    const club = 'did:web:gone.example' as PrincipalDid
    const unusable = await delegate(node, club)
    const usable = await delegate(node, alice)
    expect(await outcomeOf(door.ask({ issuer: alice, scope: 'owner', subject: club }))).toBe(
      'identity-unavailable',
    )
    const ask = { issuer: alice, command: '/access/list' } as const
    expect(await outcomeOf(door.ask({ ...ask, delegations: [unusable] }))).toBe('identity-unavailable')
    expect(await outcomeOf(door.ask({ ...ask, delegations: [unusable, usable] }))).toBe('admitted')
  })

  it('does not tell a stranger whom the node gave something', async () => {
    const club = 'did:web:club.example' as PrincipalDid
    const grants = new GrantIndex()
    grants.add(await delegate(node, club))
    const door = new Door(node, { grants })
    await expect(door.ask({ issuer: mallory })).rejects.toMatchObject({
      code: 'forbidden',
      details: { obstacles: {} },
    })
    door.keys.keys.set(club, [alice.did])
    expect(await outcomeOf(door.ask({ issuer: alice }))).toBe('admitted')
    expect(await outcomeOf(door.ask({ issuer: mallory }))).toBe('forbidden')
  })

  it('asks for a person’s keys once for each decision', async () => {
    const door = new Door(node)
    door.keys.keys.set(anna, [alice.did])
    const delegations = await Promise.all([1, 2, 3].map(() => delegate(node, anna, { expiresAt: 1 })))
    delegations.push(await delegate(node, anna))
    expect(await outcomeOf(door.ask({ issuer: alice, delegations }))).toBe('admitted')
    expect(door.keys.asked).toBe(1)
  })
})

describe('powerlines, which name no subject', () => {
  it('pass on what their issuer was given, but begin nothing', async () => {
    const door = new Door(node)
    const root = await delegate(node, alice)
    const powerline = await delegate(alice, bob, { subject: null, command: '/thread' })
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [root, powerline] }))).toBe('admitted')
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [powerline] }))).toBe('forbidden')
    const fromNode = await delegate(node, bob, { subject: null })
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [fromNode] }))).toBe('forbidden')
  })
})
