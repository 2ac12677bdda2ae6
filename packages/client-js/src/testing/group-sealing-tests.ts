import { expect, it } from 'vitest'
import { type GroupScene, readText, text } from './group-scene.ts'

/** What members seal, and who can open it. */
export function groupSealingTests(scene: GroupScene): void {
  it('opens for members what a member sealed, and says who it was', async () => {
    const { bob } = scene
    const { ofAlice, ofBob, ofCarol } = await scene.group()
    const sealed = await ofBob.seal(text('the plan'), 'document/plan')
    for (const group of [ofAlice, ofBob, ofCarol]) {
      const opened = await group.open(sealed, 'document/plan')
      expect(opened).toMatchObject({ sender: { did: bob.did, key: bob.did }, epoch: 1, isStillMember: true })
      expect(readText(opened)).toBe('the plan')
    }
    expect(readText(await ofAlice.open(await ofBob.seal(text(''), ''), ''))).toBe('')
  })

  it('seals the same bytes differently each time', async () => {
    const { ofAlice } = await scene.group()
    const [first, second] = [await ofAlice.seal(text('x'), 'c'), await ofAlice.seal(text('x'), 'c')]
    expect(first).not.toEqual(second)
  })

  it('opens nothing that was changed, or is for something else', async () => {
    const { ofAlice, ofBob } = await scene.group()
    const sealed = await ofBob.seal(text('the plan'), 'document/plan')
    const refusal = { code: 'invalid-proof' }
    await expect(ofAlice.open(sealed, 'document/other')).rejects.toMatchObject(refusal)
    const other = await scene.alice.keeper.create()
    await ofBob.rotate()
    await other.rotate()
    await expect(other.open(sealed, 'document/plan')).rejects.toMatchObject(refusal)
    const changed = sealed.slice()
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1
    await expect(ofAlice.open(changed, 'document/plan')).rejects.toMatchObject(refusal)
  })

  it('keeps its own contexts to itself', async () => {
    const { ofAlice } = await scene.group()
    const refusal = { code: 'invalid-request' }
    await expect(ofAlice.seal(text('x'), 'lumos/history')).rejects.toMatchObject(refusal)
    await expect(ofAlice.seal(text('x'), 'c'.repeat(257))).rejects.toMatchObject(refusal)
  })

  it('opens late messages of earlier epochs', async () => {
    const { ofAlice, ofBob } = await scene.group()
    const sealed = await ofBob.seal(text('late'), 'c')
    for (let index = 0; index < 5; index++) await ofAlice.rotate()
    expect(await ofAlice.open(sealed, 'c')).toMatchObject({ epoch: 1 })
    await expect(ofBob.open(await ofAlice.seal(text('early'), 'c'), 'c')).rejects.toMatchObject({
      code: 'not-found',
      retryable: true,
    })
    await ofBob.sync()
    expect(readText(await ofBob.open(await ofAlice.seal(text('now'), 'c'), 'c'))).toBe('now')
  })

  it('gives a new member what came before only when somebody hands the history on', async () => {
    const { ofAlice, ofBob } = await scene.group()
    const before = await ofAlice.seal(text('before'), 'c')
    const dave = await scene.person()
    const ofDave = await dave.keeper.join(await ofBob.add([await dave.invitee()]))
    await expect(ofDave.open(before, 'c')).rejects.toMatchObject({ code: 'not-found', retryable: false })
    const history = await ofBob.exportHistory()
    await ofDave.importHistory(history)
    expect(readText(await ofDave.open(before, 'c'))).toBe('before')
    await expect(ofDave.open(history, 'c')).rejects.toMatchObject({ code: 'invalid-proof' })
  })
}
