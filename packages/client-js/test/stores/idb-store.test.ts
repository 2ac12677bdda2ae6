import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { createId } from '../../src/core/index.ts'
import { IdbStore } from '../../src/stores/index.ts'
import { storeSuite } from '../../src/testing/store-suite.ts'

storeSuite('IdbStore', { create: () => new IdbStore({ name: createId() }) })

describe('IdbStore', () => {
  it('keeps what was written for the next who opens the database', async () => {
    const name = createId()
    const first = new IdbStore({ name })
    await first.put('key', { a: 1 })
    await first.stop()
    const second = new IdbStore({ name })
    expect(await second.get('key')).toEqual({ a: 1 })
    await second.stop()
  })

  it('shares one database between tabs', async () => {
    const name = createId()
    const tabs = [new IdbStore({ name }), new IdbStore({ name })]
    const wins = await Promise.all(tabs.map((tab, index) => tab.putIfAbsent('key', index)))
    expect(wins.filter(Boolean)).toHaveLength(1)
    expect(await tabs[0]?.get('key')).toBe(await tabs[1]?.get('key'))
    for (const tab of tabs) await tab.stop()
  })

  it('lets another page delete the database, and opens it anew', async () => {
    const name = createId()
    const store = new IdbStore({ name })
    await store.put('key', 1)
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name)
      request.onsuccess = resolve
      request.onerror = reject
    })
    expect(await store.get('key')).toBeUndefined()
    await store.put('key', 2)
    expect(await store.get('key')).toBe(2)
    await store.stop()
  })
})
