import { expect, it } from 'vitest'
import { type GroupScene, readText, text } from './group-scene.ts'

/** How members go, and come back. */
export function groupLeavingTests(scene: GroupScene): void {
  it('shuts a removed member out of everything later', async () => {
    const { bob } = scene
    const { ofAlice, ofBob, ofCarol } = await scene.group()
    const before = await ofAlice.seal(text('before'), 'c')
    await ofAlice.remove([bob.did])
    await Promise.all([ofBob.sync(), ofCarol.sync()])
    expect(ofBob.status).toBe('removed')
    const after = await ofCarol.seal(text('after'), 'c')
    expect(readText(await ofAlice.open(after, 'c'))).toBe('after')
    expect(readText(await ofBob.open(before, 'c'))).toBe('before')
    await expect(ofBob.open(after, 'c')).rejects.toMatchObject({ code: 'not-found' })
    const invitee = await (await scene.person()).invitee()
    const attempts = [
      () => ofBob.seal(text('x'), 'c'),
      () => ofBob.rotate(),
      () => ofBob.exportHistory(),
      () => ofBob.remove([scene.carol.did]),
      () => ofBob.add([invitee]),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
    await ofAlice.remove([bob.did])
    expect(ofAlice.epoch).toBe(2)
  })

  it('tells late words of a member from those of one who was removed since', async () => {
    const { bob } = scene
    const { ofAlice, ofBob } = await scene.group()
    await ofAlice.remove([bob.did])
    const sealed = await ofBob.seal(text('still here'), 'c')
    expect(await ofAlice.open(sealed, 'c')).toMatchObject({ isStillMember: false, epoch: 1 })
  })

  it('lets a removed member come back, with a new invitation', async () => {
    const { bob } = scene
    const { ofAlice, ofBob } = await scene.group()
    const before = await ofAlice.seal(text('before'), 'c')
    await ofAlice.remove([bob.did])
    await ofBob.sync()
    const again = await bob.keeper.join(await ofAlice.add([await bob.invitee()]))
    expect(again).toMatchObject({ status: 'member', epoch: 3 })
    expect(readText(await again.open(before, 'c'))).toBe('before')
    expect(readText(await again.open(await ofAlice.seal(text('after'), 'c'), 'c'))).toBe('after')
  })

  it('takes the place of a group we are in only when told to', async () => {
    const { bob } = scene
    const { ofAlice, ofBob } = await scene.group()
    const invitation = await ofAlice.add([await bob.invitee()])
    await expect(bob.keeper.join(invitation)).rejects.toMatchObject({ code: 'conflict' })
    const again = await bob.keeper.join(invitation, { replace: true })
    expect(again.members.map(({ did }) => did).sort()).toEqual(ofBob.members.map(({ did }) => did).sort())
    expect(await bob.keeper.open(again.groupId)).toBe(again)
  })

  it('lets a member leave once another confirms it', async () => {
    const { carol } = scene
    const { ofAlice, ofBob, ofCarol } = await scene.group()
    await ofCarol.leave()
    expect(ofCarol.status).toBe('leaving')
    await expect(ofCarol.seal(text('x'), 'c')).rejects.toMatchObject({ code: 'forbidden' })
    await ofBob.sync()
    expect(ofBob.members).toHaveLength(3)
    await ofAlice.sync()
    await Promise.all([ofBob.sync(), ofCarol.sync()])
    for (const group of [ofAlice, ofBob])
      expect(group.members.some(({ did }) => did === carol.did)).toBe(false)
    expect(ofCarol.status).toBe('removed')
    await ofCarol.leave()
  })

  it('asks again when the others changed something first', async () => {
    const { ofAlice, ofBob, ofCarol } = await scene.group()
    await ofBob.rotate()
    const leave = ofCarol.leave()
    await ofAlice.rotate()
    await leave
    for (let round = 0; round < 3; round++) {
      for (const group of [ofCarol, ofAlice, ofBob]) await group.sync()
    }
    expect(ofCarol.status).toBe('removed')
    expect(ofAlice.members).toHaveLength(2)
  })

  it('tells a member that leaves when somebody new takes their place at once', async () => {
    const { bob } = scene
    const { ofAlice, ofBob, ofCarol } = await scene.group()
    const dave = await scene.person()
    await ofBob.leave()
    await ofCarol.add([await dave.invitee()])
    await Promise.all([ofAlice.sync(), ofBob.sync()])
    expect(ofBob).toMatchObject({ status: 'removed', isBehind: false })
    expect(ofAlice.members.map(({ did }) => did)).toEqual([scene.alice.did, dave.did, scene.carol.did])
    expect(ofAlice.members.some(({ did }) => did === bob.did)).toBe(false)
  })

  it('lets the first member leave too, and the last one just go', async () => {
    const { ofAlice, ofBob, ofCarol } = await scene.group()
    await Promise.all([ofAlice.leave(), ofBob.leave()])
    for (let round = 0; round < 3; round++) {
      for (const group of [ofCarol, ofAlice, ofBob]) await group.sync()
    }
    expect([ofAlice.status, ofBob.status, ofCarol.status]).toEqual(['removed', 'removed', 'member'])
    await ofCarol.leave()
    expect(ofCarol.status).toBe('removed')
  })
}
