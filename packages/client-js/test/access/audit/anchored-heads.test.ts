import { describe, expect, it } from 'vitest'
import { createAnchoredHeads, createAuditLog } from '../../../src/access.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { auditEvent } from '../../../src/testing/audit-log-suite.ts'
import { MemoryHeadAnchor } from '../../../src/testing/memory-head-anchor.ts'

async function setUp() {
  const identity = await createIdentity()
  const anchor = new MemoryHeadAnchor()
  const open = (store: MemoryStore) => {
    const log = createAuditLog({ store, identity })
    return { log, heads: createAnchoredHeads({ log, nodeId: identity.did, anchor, store }) }
  }
  const store = new MemoryStore()
  return { identity, anchor, store, open, ...open(store) }
}

describe('heads that are anchored', () => {
  it('are put there once each, and the log begins with all of them', async () => {
    const { log, heads, anchor, open, store } = await setUp()
    for (let number = 0; number < 3; number++) {
      await log.append(auditEvent(number))
      const anchored = await heads.anchorNow()
      expect(await heads.anchorNow()).toEqual(anchored)
    }
    expect(anchor.size).toBe(3)
    expect((await heads.list()).map(({ head }) => head.treeSize)).toEqual([1, 2, 3])
    await log.append(auditEvent(3))
    expect(await heads.check()).toBe(3)
    expect(await open(store).heads.check()).toBe(3)
  })

  it('are listed smallest first, also past nine entries', async () => {
    const { log, heads } = await setUp()
    for (let number = 0; number < 11; number++) {
      await log.append(auditEvent(number))
      if (number >= 8) await heads.anchorNow()
    }
    expect((await heads.list()).map(({ head }) => head.treeSize)).toEqual([9, 10, 11])
    await heads.anchorNow()
    expect(await heads.check()).toBe(3)
  })

  it('of two nodes lie apart in one store', async () => {
    const { log, heads, anchor, store } = await setUp()
    const other = createAnchoredHeads({ log, nodeId: (await createIdentity()).did, anchor, store })
    await heads.anchorNow()
    expect(await other.list()).toEqual([])
  })

  it('are not for another node', async () => {
    const { log, heads, anchor } = await setUp()
    await log.append(auditEvent(0))
    const kept = [await heads.anchorNow()]
    const nodeId = (await createIdentity()).did
    const other = createAnchoredHeads({ log, nodeId, anchor, store: new MemoryStore() })
    await expect(other.check(kept)).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('are neither put nor read for a caller that has left', async () => {
    const { heads, anchor } = await setUp()
    await heads.anchorNow()
    const signal = AbortSignal.abort(new Error('left'))
    await expect(heads.anchorNow({ signal })).rejects.toThrow('left')
    await expect(heads.list({ signal })).rejects.toThrow('left')
    await expect(heads.check(undefined, { signal })).rejects.toThrow('left')
    await expect(heads.check([], { signal })).rejects.toThrow('left')
    expect(anchor.size).toBe(1)
  })

  it('may be of an empty log', async () => {
    const { heads, log } = await setUp()
    await heads.anchorNow()
    expect(await heads.check()).toBe(1)
    await log.append(auditEvent(0))
    expect(await heads.check()).toBe(1)
  })

  it('give away a store that was put back to an older copy, and a log that was written anew', async () => {
    const { log, heads, store, open } = await setUp()
    await log.append(auditEvent(0))
    const older = new MemoryStore()
    for await (const { key, value } of store.list({ prefix: '' })) await older.put(key, value)
    await log.append(auditEvent(1))
    const kept = [await heads.anchorNow()]
    const back = open(older)
    // By itself the older copy is sound.
    expect((await back.log.head()).treeSize).toBe(1)
    await expect(back.heads.check(kept)).rejects.toMatchObject({ code: 'invalid-proof' })
    const anew = open(new MemoryStore())
    for (const number of [0, 7, 2]) await anew.log.append(auditEvent(number))
    await expect(anew.heads.check(kept)).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('count only where they are', async () => {
    const { log, heads } = await setUp()
    await log.append(auditEvent(0))
    const { head } = await heads.anchorNow()
    await expect(heads.check([{ head, receipt: { place: 5 } }])).rejects.toMatchObject({
      code: 'invalid-proof',
    })
  })
})
