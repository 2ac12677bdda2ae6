import { IdbStore } from '@lomusai/client-js/host'

/** What the spec beside this file calls in the page. */
const calls = {
  async write(count: number): Promise<number> {
    const store = new IdbStore({ name: 'lumos-store' })
    const startedAt = performance.now()
    for (let index = 0; index < count; index++) await store.put(`key/${index}`, { index })
    const perWriteMs = (performance.now() - startedAt) / count
    await store.stop()
    return perWriteMs
  },

  async list(reverse: boolean): Promise<string[]> {
    const store = new IdbStore({ name: 'lumos-store' })
    const keys: string[] = []
    for await (const { key } of store.list({ prefix: 'key/', reverse })) keys.push(key)
    await store.stop()
    return keys
  },

  async claim(name: string): Promise<boolean> {
    const store = new IdbStore({ name: 'lumos-store' })
    const isFirst = await store.putIfAbsent('claim', name)
    await store.stop()
    return isFirst
  },
}

export type IdbStoreCalls = typeof calls
Object.assign(globalThis, { calls })
