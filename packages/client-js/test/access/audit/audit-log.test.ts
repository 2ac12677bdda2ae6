import { describe, expect, it } from 'vitest'
import { createAuditLog, verifyInclusion } from '../../../src/access/audit/index.ts'
import type { JsonValue, Store, StoreOperation } from '../../../src/contracts/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { auditEvent, auditLogSuite } from '../../../src/testing/audit-log-suite.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { MemoryAuditLog } from '../../../src/testing/memory-audit-log.ts'

auditLogSuite('createAuditLog', {
  create: identity => createAuditLog({ store: new MemoryStore(), identity }),
})
auditLogSuite('MemoryAuditLog', { create: identity => new MemoryAuditLog(identity) })

/** Counts, and fails when told to. */
class WatchedStore extends MemoryStore {
  batches = 0
  gets = 0
  lists = 0
  failNext: 'before' | 'after' | undefined

  override get(key: string): Promise<JsonValue | undefined> {
    this.gets++
    return super.get(key)
  }

  override list(range: Parameters<MemoryStore['list']>[0]): ReturnType<MemoryStore['list']> {
    this.lists++
    return super.list(range)
  }

  override async batch(operations: StoreOperation[]): Promise<void> {
    this.batches++
    const { failNext } = this
    this.failNext = undefined
    if (failNext !== 'before') await super.batch(operations)
    if (failNext !== undefined) throw new Error('The disk is full.')
  }
}

async function setUp<S extends Store>(store: S, options: { maxEntries?: number } = {}) {
  const identity = await createIdentity()
  const clock = new ManualClock()
  const open = () => createAuditLog({ store, identity, clock, ...options })
  return { store, identity, clock, open, log: open() }
}

const fill = (log: { append: ReturnType<typeof createAuditLog>['append'] }, count: number, from = 0) =>
  Promise.all(Array.from({ length: count }, (_, number) => log.append(auditEvent(from + number))))

describe('an audit log in a store', () => {
  it('writes 1,000 entries that come at once with 2 batches', async () => {
    const { log, store } = await setUp(new WatchedStore())
    await fill(log, 1000)
    expect(store.batches).toBe(2)
  })

  it('writes what comes during a write with the next one', async () => {
    const { log, store } = await setUp(new WatchedStore())
    const first = log.append(auditEvent(0))
    await first
    await Promise.all([log.append(auditEvent(1)), log.append(auditEvent(2))])
    expect(store.batches).toBe(2)
  })

  it('says which number is out of its bounds, and what they are', async () => {
    const { log } = await setUp(new MemoryStore())
    expect(await log.list({ newestFirst: true })).toEqual([])
    await fill(log, 5)
    const says = (asked: Promise<unknown>, bounds: string) =>
      expect(asked).rejects.toMatchObject({ message: expect.stringContaining(bounds) })
    await says(log.proveInclusion(5, 5), 'index must be a whole number from 0 to 4')
    await says(log.proveInclusion(0, 6), 'treeSize must be a whole number from 1 to 5')
    await says(log.proveConsistency(4, 3), 'from must be a whole number from 1 to 3')
    await says(log.proveConsistency(1, 6), 'to must be a whole number from 1 to 5')
    await says(log.list({ limit: 1001 }), 'limit must be a whole number from 1 to 1000')
    await says(log.list({ from: -1 }), 'from must be a whole number from 0')
  })

  it('is the same log when it is opened again', async () => {
    const { log, open } = await setUp(new MemoryStore())
    await fill(log, 21)
    const head = await log.head()
    const again = open()
    expect(await again.head()).toEqual(head)
    expect(await again.append(auditEvent(21))).toMatchObject({ index: 21 })
    expect(await again.proveConsistency(21, 22)).toHaveLength(4)
  })

  it('keeps the logs of two identities in one store apart', async () => {
    const one = await setUp(new MemoryStore())
    await fill(one.log, 3)
    const other = createAuditLog({ store: one.store, identity: await createIdentity() })
    expect(await other.list()).toEqual([])
    await fill(other, 2)
    expect(await one.open().list()).toHaveLength(3)
  })

  it('reads no more than 2 log2 n hashes for a proof among 1,000 entries', async () => {
    const { log, store } = await setUp(new WatchedStore())
    await fill(log, 1000)
    await log.head()
    store.gets = 0
    await log.proveInclusion(997, 1000)
    expect(store.gets).toBeLessThanOrEqual(20)
    store.gets = 0
    await log.proveConsistency(333, 1000)
    expect(store.gets).toBeLessThanOrEqual(20)
    store.gets = 0
    await log.head()
    expect(store.gets).toBe(0)
  })

  it('signs a head with the time at which it was asked', async () => {
    const { log, clock } = await setUp(new MemoryStore())
    await fill(log, 1)
    clock.advance(5000)
    expect((await log.head()).timestamp).toBe(new Date(clock.now()).toISOString())
  })

  it('keeps nothing of an event but what an entry has', async () => {
    const { log } = await setUp(new MemoryStore())
    const delegations = ['bafyreibvxznamqh6s5sfqm6i3eb6lzkuzhbdcthlpgzzj7cjsd6lqqmyhe']
    const event = { ...auditEvent(0), delegations, text: 'a secret' }
    const { resource: _, traceparent: __, ...bare } = auditEvent(1)
    const entries = [await log.append(event), await log.append(bare)]
    expect(entries).toStrictEqual([
      { ...auditEvent(0), delegations, index: 0 },
      { ...bare, index: 1 },
    ])
    expect(await log.list()).toStrictEqual(entries)
  })
})

describe('an audit log whose store fails', () => {
  it.each(['before', 'after'] as const)(
    'leaves no gap when a write fails %s it took effect',
    async failNext => {
      const { log, store, open } = await setUp(new WatchedStore())
      await fill(log, 3)
      store.failNext = failNext
      await expect(fill(log, 2, 3)).rejects.toMatchObject({ code: 'storage-failed', retryable: true })
      store.lists = 0
      const entry = await log.append(auditEvent(9))
      // The head tells what became of the write: no need to read the whole log again.
      expect(store.lists).toBe(0)
      expect(entry.index).toBe(failNext === 'before' ? 3 : 5)
      const head = await log.head()
      expect(head.treeSize).toBe(entry.index + 1)
      await verifyInclusion({ entry, head, path: await log.proveInclusion(entry.index, head.treeSize) })
      expect(await open().head()).toEqual(head)
    },
  )

  it('refuses what failed and goes on with what comes later', async () => {
    const { log, store } = await setUp(new WatchedStore())
    store.failNext = 'before'
    const results = await Promise.allSettled([
      ...Array.from({ length: 500 }, (_, number) => log.append(auditEvent(number))),
      log.append(auditEvent(500)),
    ])
    expect(results.slice(0, 500).every(({ status }) => status === 'rejected')).toBe(true)
    expect(results[500]).toMatchObject({ value: { index: 0 } })
  })

  it('opens once the store is there again', async () => {
    class AbsentStore extends MemoryStore {
      isAbsent = true
      override get(key: string): Promise<JsonValue | undefined> {
        return this.isAbsent ? Promise.reject(new Error('no connection')) : super.get(key)
      }
    }
    const { log, store } = await setUp(new AbsentStore())
    await expect(log.append(auditEvent(0))).rejects.toMatchObject({ code: 'storage-failed' })
    await expect(log.head()).rejects.toMatchObject({ code: 'storage-failed' })
    store.isAbsent = false
    expect(await log.append(auditEvent(0))).toMatchObject({ index: 0 })
  })

  it('says, once stopped, that trying again does not help', async () => {
    const { log } = await setUp(new MemoryStore())
    await log.stop()
    await expect(log.append(auditEvent(0))).rejects.toMatchObject({
      code: 'storage-failed',
      retryable: false,
    })
  })

  it('sees that another writer came between, and goes on after it', async () => {
    const { log, store, open } = await setUp(new WatchedStore())
    await fill(log, 2)
    const other = open()
    await fill(other, 3, 2)
    store.failNext = 'before'
    await expect(log.append(auditEvent(5))).rejects.toMatchObject({ code: 'storage-failed' })
    expect(await log.append(auditEvent(5))).toMatchObject({ index: 5 })
  })
})

describe('an audit log that is full', () => {
  it('lets go of the oldest content, says so in an entry, and still proves all', async () => {
    const { log, open } = await setUp(new MemoryStore(), { maxEntries: 100 })
    const entries = []
    for (let number = 0; number < 120; number += 4) entries.push(...(await fill(log, 4, number)))
    const [first] = await log.list({ from: 0, limit: 1 })
    // The write with the 112th entry was due, and takes its own entry with it.
    expect(first?.index).toBe(12)
    const prune = (await log.list({ limit: 1000 })).filter(({ command }) => command === '/audit/prune')
    expect(prune).toMatchObject([{ index: 112, resource: { before: 12 }, outcome: 'admitted' }])
    const head = await log.head()
    // Who kept the entry can still show that it was made.
    const entry = entries[3] as (typeof entries)[number]
    await verifyInclusion({ entry, head, path: await log.proveInclusion(3, head.treeSize) })
    expect(await open().head()).toEqual(head)
    expect(await open().list({ newestFirst: true, from: 13 })).toMatchObject([{ index: 13 }, { index: 12 }])
  })

  it('lets nobody else write that entry', async () => {
    const { log } = await setUp(new MemoryStore())
    const event = { ...auditEvent(0), command: '/audit/prune' as const, resource: { before: 1 } }
    await expect(log.append(event)).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('lets go later what a failure left', async () => {
    const { log, store } = await setUp(new WatchedStore(), { maxEntries: 10 })
    await fill(log, 11)
    const batch = store.batch.bind(store)
    let isFirst = true
    store.batch = operations => {
      const isForgetting = operations.every(({ key }) => key.includes('/leaf/'))
      if (!isForgetting || !isFirst) return batch(operations)
      isFirst = false
      return Promise.reject(new Error('no'))
    }
    await fill(log, 1, 11)
    await fill(log, 1, 12)
    await log.stop()
    expect(isFirst).toBe(false)
    const stored = []
    for await (const { key, value } of store.list({ prefix: 'audit/' })) {
      if (key.includes('/leaf/')) stored.push('entry' in (value as object))
    }
    expect(stored.indexOf(true)).toBe(4)
    expect(stored.slice(4).every(Boolean)).toBe(true)
  })
})
