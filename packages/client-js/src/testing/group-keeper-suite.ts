import { beforeEach, describe, expect, it } from 'vitest'
import type { GroupId } from '../contracts/index.ts'
import { createIdentity } from '../identity/index.ts'
import { groupLeavingTests } from './group-leaving-tests.ts'
import { type GroupKeeperSuiteOptions, GroupScene, readText, text } from './group-scene.ts'
import { groupSealingTests } from './group-sealing-tests.ts'

/** What every `GroupKeeper`, and every `Group` it gives, must do. */
export function groupKeeperSuite(name: string, options: GroupKeeperSuiteOptions): void {
  describe(`${name} is a GroupKeeper`, () => {
    const scene = new GroupScene(options)
    beforeEach(() => scene.prepare())
    membership(scene)
    groupSealingTests(scene)
    groupLeavingTests(scene)
    keeping(scene)
  })
}

function membership(scene: GroupScene): void {
  it('begins with its creator alone', async () => {
    const { alice } = scene
    const group = await alice.keeper.create()
    expect(group.members).toEqual([{ did: alice.did, key: alice.did }])
    expect(group).toMatchObject({ status: 'member', epoch: 0, isBehind: false })
    expect(await alice.keeper.list()).toEqual([group.groupId])
    expect(await alice.keeper.open(group.groupId)).toBe(group)
  })

  it('gives all members the same members and epoch', async () => {
    const { alice, bob, carol } = scene
    const { ofAlice, ofBob, ofCarol } = await scene.group()
    expect(ofAlice.members.map(({ did }) => did)).toEqual([alice.did, bob.did, carol.did])
    for (const group of [ofBob, ofCarol]) {
      expect(group.members).toEqual(ofAlice.members)
      expect(group).toMatchObject({ groupId: ofAlice.groupId, epoch: 1, status: 'member' })
    }
  })

  it('lets any member add, and everybody learn of it', async () => {
    const { ofAlice, ofBob, ofCarol } = await scene.group()
    const dave = await scene.person()
    const ofDave = await dave.keeper.join(await ofCarol.add([await dave.invitee()]))
    await Promise.all([ofAlice.sync(), ofBob.sync()])
    for (const group of [ofAlice, ofBob, ofCarol]) expect(group.members).toEqual(ofDave.members)
    expect(readText(await ofBob.open(await ofDave.seal(text('hi'), 'note'), 'note'))).toBe('hi')
  })

  it('knows who is a member, for usage policies', async () => {
    const { ofAlice } = await scene.group()
    const { alice, bob } = scene
    const stranger = await createIdentity()
    const { groupId } = ofAlice
    expect(await alice.keeper.isMember(groupId, bob.did)).toBe(true)
    expect(await alice.keeper.isMember(groupId, stranger.did)).toBe(false)
    expect(await alice.keeper.isMember('unknown', bob.did)).toBe(false)
    await ofAlice.remove([bob.did])
    expect(await alice.keeper.isMember(groupId, bob.did)).toBe(false)
  })

  it('adds nobody under another name, and nobody twice', async () => {
    const { ofAlice } = await scene.group()
    const { alice, bob, carol } = scene
    const keyPackage = await bob.keeper.createKeyPackage()
    const refusal = { code: 'invalid-proof' }
    await expect(ofAlice.add([{ did: carol.did, keyPackage }])).rejects.toMatchObject(refusal)
    await expect(ofAlice.add([await alice.invitee()])).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(ofAlice.add([])).rejects.toMatchObject({ code: 'invalid-request' })
    const malformed = ofAlice.add([{ did: bob.did, keyPackage: text('no key package') }])
    await expect(malformed).rejects.toMatchObject({ code: 'malformed-frame' })
    expect(ofAlice.members).toHaveLength(3)
  })

  it('lets two changes at once both happen, one after the other', async () => {
    const { ofAlice, ofBob, ofCarol } = await scene.group()
    const [dave, erin] = [await scene.person(), await scene.person()]
    const [first, second] = await Promise.all([
      ofAlice.add([await dave.invitee()]),
      ofBob.add([await erin.invitee()]),
      ofCarol.rotate(),
    ])
    const groups = [ofAlice, ofBob, ofCarol, await dave.keeper.join(first), await erin.keeper.join(second)]
    await Promise.all(groups.map(group => group.sync()))
    for (const group of groups) expect(group).toMatchObject({ epoch: 4, members: ofAlice.members })
    expect(ofAlice.members).toHaveLength(5)
  })

  it('uses a key package once', async () => {
    const { alice, bob } = scene
    const [first, second] = [await alice.keeper.create(), await alice.keeper.create()]
    const invitee = await bob.invitee()
    const invitations = [await first.add([invitee]), await second.add([invitee])]
    await bob.keeper.join(invitations[0] as Uint8Array)
    for (const invitation of invitations) {
      await expect(bob.keeper.join(invitation)).rejects.toMatchObject({ code: 'not-found' })
    }
  })

  it('takes no invitation that was changed on its way, byte by byte', async () => {
    const { alice, bob } = scene
    const group = await alice.keeper.create()
    const invitation = await group.add([await bob.invitee()])
    for (let index = 0; index < 48; index++) {
      const changed = invitation.slice()
      changed[index] = (changed[index] as number) ^ 1
      await expect(bob.keeper.join(changed)).rejects.toThrow()
    }
    expect((await bob.keeper.join(invitation)).epoch).toBe(1)
  })

  it('lets nobody in who was not invited', async () => {
    const { alice, bob, carol } = scene
    const group = await alice.keeper.create()
    const invitation = await group.add([await bob.invitee()])
    await carol.keeper.createKeyPackage()
    await expect(carol.keeper.join(invitation)).rejects.toMatchObject({ code: 'not-found' })
    await expect(carol.keeper.join(text('x'))).rejects.toMatchObject({ code: 'malformed-frame' })
  })
}

function keeping(scene: GroupScene): void {
  it('goes on where it was after a restart', async () => {
    const { bob, alice } = scene
    const { ofAlice, ofBob } = await scene.group()
    const before = await ofAlice.seal(text('before'), 'c')
    await ofAlice.rotate()
    await bob.restart()
    const again = await bob.keeper.open(ofBob.groupId)
    expect(again).not.toBe(ofBob)
    expect(again).toMatchObject({ epoch: 1, members: ofAlice.members })
    expect(readText(await again.open(before, 'c'))).toBe('before')
    await again.sync()
    expect(readText(await ofAlice.open(await again.seal(text('after'), 'c'), 'c'))).toBe('after')
    expect(await alice.keeper.list()).toEqual([ofAlice.groupId])
  })

  it('knows a key package after a restart', async () => {
    const { alice, bob } = scene
    const group = await alice.keeper.create()
    const invitee = await bob.invitee()
    await bob.restart()
    expect((await bob.keeper.join(await group.add([invitee]))).epoch).toBe(1)
  })

  it('forgets a group, and says so', async () => {
    const { bob } = scene
    const { ofBob } = await scene.group()
    await bob.keeper.forget(ofBob.groupId)
    await expect(bob.keeper.open(ofBob.groupId)).rejects.toMatchObject({ code: 'not-found' })
    await expect(bob.keeper.open('nothing' as GroupId)).rejects.toMatchObject({ code: 'not-found' })
    expect(await bob.keeper.list()).toEqual([])
  })
}
