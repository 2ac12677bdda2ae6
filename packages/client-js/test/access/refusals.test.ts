import { beforeAll, expect, it } from 'vitest'
import { GrantIndex } from '../../src/access/index.ts'
import type { Identity, PrincipalDid } from '../../src/contracts/index.ts'
import { Door, delegate, identityOf } from './access-setup.ts'

let node: Identity, alice: Identity, bob: Identity
beforeAll(async () => {
  ;[node, alice, bob] = (await Promise.all([1, 2, 3].map(identityOf))) as [Identity, Identity, Identity]
})

it('a refusal says which permission is missing, and whose', async () => {
  await expect(new Door(node).ask({ issuer: alice, command: '/thread/get' })).rejects.toMatchObject({
    code: 'forbidden',
    message: `This needs the permission /thread/get of ${node.did}.`,
    details: { command: '/thread/get', subject: node.did },
  })
})

it('for what belongs to the node itself, the permission that is missing is the whole of it', async () => {
  const given = await delegate(node, alice, { command: '/thread' })
  const asking = new Door(node).ask({
    issuer: alice,
    scope: 'owner',
    subject: node.did,
    delegations: [given],
  })
  await expect(asking).rejects.toMatchObject({
    code: 'forbidden',
    message: `This needs the permission / of ${node.did}.`,
    details: { command: '/', subject: node.did },
  })
})

it('a refusal about somebody else’s data tells nothing of what the node gave', async () => {
  const grants = new GrantIndex()
  // Names no subject: without the rule that grants open the node only, it would count for Alice's data too.
  const powerline = await delegate(node, bob, { subject: null })
  grants.add(powerline)
  const door = new Door(node, { grants, publicCommands: ['/thread'] })
  const asking = door.ask({ issuer: bob, scope: 'owner', subject: alice.did })
  await expect(asking).rejects.toHaveProperty('details', {
    command: '/thread/get',
    subject: alice.did,
    obstacles: {},
  })
})

it('a refusal for want of fresh revocations says so, of which permission, and to try again', async () => {
  const chain = [await delegate(node, alice), await delegate(alice, bob, { subject: node.did })]
  const door = new Door(node, { freshness: { isFresh: () => false } })
  await expect(door.ask({ issuer: bob, delegations: chain })).rejects.toMatchObject({
    code: 'revocations-unknown',
    message: 'Whether the permission still holds is not known now. Try again soon.',
    details: { command: '/thread/get', subject: node.did },
  })
})

it('what is no question is refused with what is wrong about it', async () => {
  const given = await delegate(node, alice)
  const many = Array.from({ length: 17 }, () => given)
  const door = new Door(node, { publicCommands: ['/'] })
  await expect(door.ask({ issuer: alice, delegations: many })).rejects.toMatchObject({
    code: 'too-large',
    message: 'At most 16 delegations may come with a request.',
  })
  const subject = 'alice' as PrincipalDid
  await expect(door.ask({ issuer: alice, scope: 'owner', subject })).rejects.toMatchObject({
    code: 'invalid-request',
    message: 'The subject is not a DID.',
  })
})
