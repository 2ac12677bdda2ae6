import { createGroup, joinGroup } from 'ts-mls/clientState.js'
import { createCommit } from 'ts-mls/createCommit.js'
import { encodeMlsMessage } from 'ts-mls/message.js'
import { emptyPskIndex } from 'ts-mls/pskIndex.js'
import { expect, it } from 'vitest'
import type { Did, GroupId, Identity, PrincipalDid } from '../../../src/contracts/index.ts'
import { createSystemClock } from '../../../src/core/index.ts'
import { createIdentity, createVerifier } from '../../../src/identity/index.ts'
import { decodeInvitation, encodeInvitation } from '../../../src/privacy/groups/invitation.ts'
import {
  createKeyPackage,
  decodeKeyPackage,
  encodeKeyPackage,
} from '../../../src/privacy/groups/key-package.ts'
import { createMls, type Mls } from '../../../src/privacy/groups/mls-suite.ts'
import { MemoryGroupRelay } from '../../../src/testing/memory-group-relay.ts'
import { groupOf, invitee, person, readText, text } from './group-setup.ts'

const clock = createSystemClock()

/** MLS for somebody who checks nothing. */
async function carelessMls(identity: Identity): Promise<Mls> {
  const mls = await createMls({ identity, verifier: createVerifier() })
  const authService = { validateCredential: async () => true }
  return { ...mls, config: { ...mls.config, authService } }
}

/** A key package that says `did` and is signed by another. */
async function forgedPackage(did: PrincipalDid) {
  const mallory = await createIdentity()
  const mls = await carelessMls(mallory)
  return { mallory, mls, ...(await createKeyPackage(mls, { identity: mallory, did, clock })) }
}

it('a key package of somebody who only claims to be the DID is not added', async () => {
  const relay = new MemoryGroupRelay()
  const [alice, bob] = [await person(relay), await person(relay)]
  const [group] = await groupOf(alice)
  const { publicPackage } = await forgedPackage(bob.identity.did)
  const add = group?.add([{ did: bob.identity.did, keyPackage: encodeKeyPackage(publicPackage) }])
  await expect(add).rejects.toMatchObject({ code: 'invalid-proof' })
  expect(await relay.read(group?.groupId as GroupId)).toEqual([])
})

it('a key package changed after it was signed is not added', async () => {
  const relay = new MemoryGroupRelay()
  const [alice, bob] = [await person(relay), await person(relay)]
  const [group] = await groupOf(alice)
  const { did, keyPackage } = await invitee(bob)
  const decoded = decodeKeyPackage(keyPackage)
  const initKey = decodeKeyPackage(await alice.keeper.createKeyPackage()).initKey
  const add = group?.add([{ did, keyPackage: encodeKeyPackage({ ...decoded, initKey }) }])
  await expect(add).rejects.toMatchObject({ code: 'invalid-request' })
})

it('a member who adds somebody under a false name is not followed', async () => {
  const relay = new MemoryGroupRelay()
  const identity = await createIdentity()
  const [alice, bob, carol] = [await person(relay), await person(relay), await person(relay)]
  // Mallory is a member like any other, but commits what she likes.
  const mls = await carelessMls(identity)
  const own = await createKeyPackage(mls, { identity, did: identity.did, clock })
  const [group, ofBob] = await groupOf(alice, bob)
  const keyPackage = encodeKeyPackage(own.publicPackage)
  const invitation = (await group?.add([{ did: identity.did, keyPackage }])) as Uint8Array
  const { welcome } = decodeInvitation(invitation)
  const { publicPackage: ownPackage, privatePackage } = own
  const state = await joinGroup(
    welcome,
    ownPackage,
    privatePackage,
    emptyPskIndex,
    mls.suite,
    undefined,
    undefined,
    mls.config,
  )
  const { publicPackage } = await forgedPackage(carol.identity.did)
  const forged = await createCommit(
    { state, cipherSuite: mls.suite },
    {
      extraProposals: [{ proposalType: 'add', add: { keyPackage: publicPackage } }],
      ratchetTreeExtension: true,
    },
  )
  await relay.append(group?.groupId as GroupId, encodeMlsMessage(forged.commit))
  for (const member of [group, ofBob]) {
    await member?.sync()
    expect(member).toMatchObject({ epoch: 2 })
    expect(member?.members.map(({ did }) => did)).not.toContain(carol.identity.did)
  }
  // The others go on as if nothing had been.
  await ofBob?.rotate()
  await group?.sync()
  expect(group?.epoch).toBe(3)
})

it('an invitation into a group with a false member is refused', async () => {
  const relay = new MemoryGroupRelay()
  const bob = await person(relay)
  const victim = await createIdentity()
  const { mls, publicPackage, privatePackage } = await forgedPackage(victim.did)
  const state = await createGroup(
    new Uint8Array(16),
    publicPackage,
    privatePackage,
    [],
    mls.suite,
    mls.config,
  )
  const { keyPackage } = await invitee(bob)
  const { welcome, newState } = await createCommit(
    { state, cipherSuite: mls.suite },
    {
      extraProposals: [{ proposalType: 'add', add: { keyPackage: decodeKeyPackage(keyPackage) } }],
      ratchetTreeExtension: true,
    },
  )
  if (welcome === undefined) throw new Error('no welcome')
  const bytes = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome })
  const forged = await encodeInvitation(mls, newState, { sequence: 1, welcome: bytes })
  await expect(bob.keeper.join(forged)).rejects.toMatchObject({ code: 'invalid-proof' })
  expect(await bob.keeper.list()).toEqual([])
})

it('a device speaks for a person whose directory names its key, and for no other', async () => {
  const relay = new MemoryGroupRelay()
  const [phone, laptop, stranger] = [await createIdentity(), await createIdentity(), await createIdentity()]
  const anna = 'did:web:anna.example' as PrincipalDid
  const keys = { keysOf: (did: PrincipalDid): Did[] => (did === anna ? [phone.did, laptop.did] : []) }
  const alice = await person(relay, { keys })
  const devices = [phone, laptop, stranger].map(identity => person(relay, { identity, keys, did: anna }))
  const [onPhone, onLaptop, onStranger] = await Promise.all(devices)
  const [group] = await groupOf(alice)
  const add = async (device: typeof onPhone) => {
    const keyPackage = (await device?.keeper.createKeyPackage()) as Uint8Array
    return group?.add([{ did: anna, keyPackage }])
  }
  await expect(add(onStranger)).rejects.toMatchObject({ code: 'invalid-proof' })
  const ofPhone = await onPhone?.keeper.join((await add(onPhone)) as Uint8Array)
  const ofLaptop = await onLaptop?.keeper.join((await add(onLaptop)) as Uint8Array)
  expect(ofLaptop?.members.map(({ did }) => did)).toEqual([alice.identity.did, anna, anna])
  await ofPhone?.sync()
  const opened = await ofPhone?.open((await ofLaptop?.seal(text('from the laptop'), 'c')) as Uint8Array, 'c')
  expect(opened).toMatchObject({ sender: { did: anna, key: laptop.did } })
  expect(readText(opened as { bytes: Uint8Array })).toBe('from the laptop')
  expect(await alice.keeper.isMember(group?.groupId as GroupId, anna)).toBe(true)
  await group?.remove([anna])
  expect(group?.members).toHaveLength(1)
  const unknowing = await person(relay)
  const [other] = await groupOf(unknowing)
  const keyPackage = (await onPhone?.keeper.createKeyPackage()) as Uint8Array
  await expect(other?.add([{ did: anna, keyPackage }])).rejects.toMatchObject({ code: 'invalid-proof' })
})
