import { beforeAll, describe, expect, it } from 'vitest'
import { GrantIndex } from '../../src/access/index.ts'
import type { Did, Identity, PrincipalDid, Verifier } from '../../src/contracts/index.ts'
import { createVerifier } from '../../src/identity/index.ts'
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
