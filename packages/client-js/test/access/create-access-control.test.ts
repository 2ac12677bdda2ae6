import { beforeAll, describe, expect, it } from 'vitest'
import { GrantIndex } from '../../src/access/index.ts'
import type { Identity, PrincipalDid } from '../../src/contracts/index.ts'
import { Door, delegate, identityOf, outcomeOf } from './access-setup.ts'

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

describe('the question whether one may use the node', () => {
  it('lets the node do everything', async () => {
    expect(await new Door(node).ask({ issuer: node })).toEqual({ subject: node.did, delegations: [] })
  })

  it('refuses a stranger, and names what is missing', async () => {
    await expect(new Door(node).ask({ issuer: alice })).rejects.toMatchObject({
      code: 'forbidden',
      details: { command: '/thread/get', subject: node.did },
    })
  })

  it('lets anybody use public commands and what lies below them, and nothing beside', async () => {
    const door = new Door(node, { publicCommands: ['/thread', '/node/describe'] })
    expect(await door.ask({ issuer: alice })).toEqual({ subject: alice.did, delegations: [] })
    expect(await outcomeOf(door.ask({ issuer: alice, command: '/threads' }))).toBe('forbidden')
    expect(await outcomeOf(door.ask({ issuer: alice, command: '/node' }))).toBe('forbidden')
  })

  it('lets in whom the node gave the command, by the delegation shown', async () => {
    const given = await delegate(node, alice, { command: '/thread' })
    const door = new Door(node)
    expect(await door.ask({ issuer: alice, delegations: [given] })).toEqual({
      subject: alice.did,
      delegations: [given.cid],
    })
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [given] }))).toBe('forbidden')
  })

  it('compares whole segments: /thread is not /threads, /thread/get not /thread', async () => {
    const door = new Door(node)
    const wide = await delegate(node, alice, { command: '/memory' })
    const narrow = await delegate(node, alice, { command: '/thread/get' })
    const ask = (command: `/${string}`) =>
      outcomeOf(door.ask({ issuer: alice, command, delegations: [wide, narrow] }))
    expect(await ask('/memory-admin/wipe')).toBe('forbidden')
    expect(await ask('/memory')).toBe('admitted')
    expect(await ask('/memory/read')).toBe('admitted')
    expect(await ask('/thread')).toBe('forbidden')
    expect(await ask('/thread/get/all')).toBe('admitted')
  })

  it('remembers what the node gave, and completes a chain with it', async () => {
    const grants = new GrantIndex()
    const toAlice = await delegate(node, alice)
    grants.add(toAlice)
    const door = new Door(node, { grants })
    expect((await door.ask({ issuer: alice })).delegations).toEqual([toAlice.cid])
    const onward = await delegate(alice, bob, { subject: node.did, command: '/thread' })
    expect((await door.ask({ issuer: bob, delegations: [onward] })).delegations).toEqual([
      toAlice.cid,
      onward.cid,
    ])
    grants.remove(toAlice)
    expect(await outcomeOf(door.ask({ issuer: alice }))).toBe('forbidden')
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [onward] }))).toBe('forbidden')
  })

  it('takes delegations in any order, with others between', async () => {
    const chain = [
      await delegate(node, alice),
      await delegate(alice, bob, { subject: node.did }),
      await delegate(bob, carol, { subject: node.did, command: '/thread' }),
    ]
    const other = await delegate(mallory, carol)
    const delegations = [chain[1], other, chain[2], chain[0]] as typeof chain
    expect((await new Door(node).ask({ issuer: carol, delegations })).delegations).toEqual(
      chain.map(({ cid }) => cid),
    )
  })

  it('refuses a link wider than the one before, also for a command that both cover', async () => {
    const delegations = [
      await delegate(node, alice, { command: '/thread' }),
      await delegate(alice, bob, { subject: node.did, command: '/' }),
    ]
    const door = new Door(node)
    expect(await outcomeOf(door.ask({ issuer: bob, command: '/access/grant', delegations }))).toBe(
      'forbidden',
    )
    expect(await outcomeOf(door.ask({ issuer: bob, command: '/thread/get', delegations }))).toBe('forbidden')
  })

  it('refuses chains with a gap, with another subject, or from nobody', async () => {
    const door = new Door(node)
    const toAlice = await delegate(node, alice)
    const fromCarol = await delegate(carol, bob, { subject: node.did })
    const elsewhere = await delegate(alice, bob)
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [toAlice, fromCarol] }))).toBe('forbidden')
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [toAlice, elsewhere] }))).toBe('forbidden')
    expect(await outcomeOf(door.ask({ issuer: bob, delegations: [fromCarol] }))).toBe('forbidden')
  })

  it('holds every policy of every link', async () => {
    const delegations = [
      await delegate(node, alice, { policy: [['like', '.threadId', 'team-*']] }),
      await delegate(alice, bob, { subject: node.did, policy: [['<=', '.limit', 10]] }),
    ]
    const ask = (params: unknown) => outcomeOf(new Door(node).ask({ issuer: bob, params, delegations }))
    expect(await ask({ threadId: 'team-1', limit: 10 })).toBe('admitted')
    expect(await ask({ threadId: 'team-1', limit: 11 })).toBe('forbidden')
    expect(await ask({ threadId: 'mine', limit: 1 })).toBe('forbidden')
    expect(await ask({ threadId: 'team-1' })).toBe('forbidden')
  })

  it('says why a delegation shown does not help', async () => {
    const door = new Door(node)
    const expired = await delegate(node, alice, { expiresAt: door.nowSeconds - 61 })
    const early = await delegate(node, alice, { notBefore: door.nowSeconds + 61 })
    const conditional = await delegate(node, alice, { policy: [['==', '.a', 1]] })
    const rootless = await delegate(bob, alice, { subject: node.did })
    await expect(
      door.ask({ issuer: alice, delegations: [expired, early, conditional, rootless] }),
    ).rejects.toMatchObject({
      details: {
        obstacles: {
          [expired.cid]: 'expired',
          [early.cid]: 'not-yet-valid',
          [conditional.cid]: 'condition',
          [rootless.cid]: 'not-rooted',
        },
      },
    })
  })
})

describe('time', () => {
  it('counts a minute either way in the favour of who asks, and not a millisecond more', async () => {
    const door = new Door(node)
    const at = door.nowSeconds + 1000
    const delegations = [await delegate(node, alice, { notBefore: at, expiresAt: at + 10 })]
    const ask = () => outcomeOf(door.ask({ issuer: alice, delegations }))
    door.clock.advance((at - 60) * 1000 - 1 - door.clock.now())
    expect(await ask()).toBe('forbidden')
    door.clock.advance(1)
    expect(await ask()).toBe('admitted')
    door.clock.advance(130_000)
    expect(await ask()).toBe('admitted')
    door.clock.advance(1)
    expect(await ask()).toBe('forbidden')
  })
})

describe('the question whose data it is', () => {
  const publicCommands = ['/thread'] as const

  it('lets everybody at what is their own', async () => {
    const door = new Door(node, { publicCommands })
    const own = { subject: alice.did, delegations: [] }
    expect(await door.ask({ issuer: alice, scope: 'owner' })).toEqual(own)
    expect(await door.ask({ issuer: alice, scope: 'owner', subject: alice.did })).toEqual(own)
  })

  it('refuses what is another’s, public command or not', async () => {
    const door = new Door(node, { publicCommands })
    expect(await outcomeOf(door.ask({ issuer: alice, scope: 'owner', subject: bob.did }))).toBe('forbidden')
  })

  it('lets the keys of a person at what is the person’s, for as long as they are', async () => {
    const door = new Door(node, { publicCommands })
    door.keys.keys.set(anna, [alice.did, bob.did])
    const ask = (issuer: Identity) => outcomeOf(door.ask({ issuer, scope: 'owner', subject: anna }))
    expect(await ask(alice)).toBe('admitted')
    expect(await ask(mallory)).toBe('forbidden')
    door.keys.keys.set(anna, [bob.did])
    expect(await ask(alice)).toBe('forbidden')
  })

  it('lets in whom the owner gave it, and only to that', async () => {
    const door = new Door(node, { publicCommands })
    const given = await delegate(alice, bob, { command: '/thread/get' })
    const ask = (command: `/${string}`) =>
      outcomeOf(door.ask({ issuer: bob, scope: 'owner', subject: alice.did, command, delegations: [given] }))
    expect(await ask('/thread/get')).toBe('admitted')
    expect(await ask('/thread/delete')).toBe('forbidden')
  })

  it('asks both questions: the owner’s permission opens no node', async () => {
    const door = new Door(node)
    const fromOwner = await delegate(alice, bob)
    const fromNode = await delegate(node, bob, { command: '/thread' })
    const ask = (delegations: (typeof fromOwner)[]) =>
      door.ask({ issuer: bob, scope: 'owner', subject: alice.did, delegations })
    expect(await outcomeOf(ask([fromOwner]))).toBe('forbidden')
    expect(await outcomeOf(ask([fromNode]))).toBe('forbidden')
    expect(await ask([fromOwner, fromNode])).toEqual({
      subject: alice.did,
      delegations: [fromNode.cid, fromOwner.cid],
    })
  })

  it('keeps what is the node’s own from those who may only use it', async () => {
    const door = new Door(node)
    const guest = await delegate(node, alice, { command: '/thread' })
    const owner = await delegate(node, bob)
    const own = { scope: 'owner', subject: node.did } as const
    expect(await outcomeOf(door.ask({ issuer: alice, ...own, delegations: [guest] }))).toBe('forbidden')
    expect(await outcomeOf(door.ask({ issuer: bob, ...own, delegations: [owner] }))).toBe('admitted')
  })

  it('does not believe a claimed subject where nobody’s data is meant', async () => {
    const door = new Door(node, { publicCommands })
    expect(await door.ask({ issuer: alice, subject: bob.did })).toEqual({
      subject: alice.did,
      delegations: [],
    })
  })
})
