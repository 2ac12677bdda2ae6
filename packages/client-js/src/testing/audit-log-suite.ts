import { describe, expect, it } from 'vitest'
import { verifyConsistency, verifyInclusion, verifyTreeHead } from '../access/audit/index.ts'
import type { AuditEntry, AuditEvent, AuditLog, Did, Identity, SignedTreeHead } from '../contracts/index.ts'
import { createIdentity } from '../identity/index.ts'

export interface AuditLogSuiteOptions {
  /** A new, empty log whose heads `identity` signs. */
  create(identity: Identity): Promise<AuditLog> | AuditLog
}

const alice = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH' as Did

export function auditEvent(number: number): AuditEvent {
  return {
    at: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    issuer: alice,
    subject: alice,
    command: '/thread/get',
    resource: { threadId: `thread-${number}` },
    delegations: [],
    outcome: number % 7 === 6 ? 'forbidden' : 'admitted',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  }
}

/** What every {@link AuditLog} must do. */
export function auditLogSuite(name: string, options: AuditLogSuiteOptions): void {
  async function create(entryCount = 0) {
    const identity = await createIdentity()
    const log = await options.create(identity)
    const heads: SignedTreeHead[] = [await log.head()]
    const entries: AuditEntry[] = []
    for (let number = 0; number < entryCount; number++) {
      entries.push(await log.append(auditEvent(number)))
      heads.push(await log.head())
    }
    return { identity, log, heads, entries }
  }

  describe(`${name} is an AuditLog`, () => {
    it('begins empty, with a head that says so', async () => {
      const { log, heads, identity } = await create()
      expect(await log.list()).toEqual([])
      expect(heads[0]).toMatchObject({
        nodeId: identity.did,
        treeSize: 0,
        rootHash: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
      })
      await verifyTreeHead(heads[0] as SignedTreeHead, { nodeId: identity.did })
    })

    it('numbers entries without gaps, also when they come at the same time', async () => {
      const { log } = await create()
      const entries = await Promise.all(
        Array.from({ length: 50 }, (_, number) => log.append(auditEvent(number))),
      )
      expect(entries.map(({ index }) => index)).toEqual(entries.map((_, index) => index))
      expect(entries[20]).toEqual({ ...auditEvent(20), index: 20 })
      expect(await log.list()).toEqual(entries)
      expect((await log.head()).treeSize).toBe(50)
    })

    it('lists from either end, page by page', async () => {
      const { log, entries } = await create(12)
      expect(await log.list({ from: 3, limit: 4 })).toEqual(entries.slice(3, 7))
      expect(await log.list({ from: 10 })).toEqual(entries.slice(10))
      expect(await log.list({ from: 12 })).toEqual([])
      expect(await log.list({ newestFirst: true, limit: 3 })).toEqual(entries.slice(9).reverse())
      expect(await log.list({ newestFirst: true, from: 8, limit: 3 })).toEqual(entries.slice(6, 9).reverse())
      expect(await log.list({ newestFirst: true, from: 1 })).toEqual(entries.slice(0, 2).reverse())
    })

    proofs(create)
    refusals(create)
  })
}

type Create = (entryCount?: number) => Promise<{
  identity: Identity
  log: AuditLog
  heads: SignedTreeHead[]
  entries: AuditEntry[]
}>

function proofs(create: Create): void {
  it('proves every entry in every head that covers it', async () => {
    const { log, heads, entries } = await create(11)
    for (const head of heads.slice(1)) {
      for (const entry of entries.slice(0, head.treeSize)) {
        const path = await log.proveInclusion(entry.index, head.treeSize)
        await verifyInclusion({ entry, head, path })
      }
    }
  })

  it('proves that every later head begins with every earlier one', async () => {
    const { log, heads } = await create(11)
    for (const to of heads.slice(1)) {
      for (const from of heads.slice(1, to.treeSize + 1)) {
        await verifyConsistency({ from, to, path: await log.proveConsistency(from.treeSize, to.treeSize) })
      }
    }
  })

  it('proves nothing for an entry that was not made', async () => {
    const { log, heads, entries } = await create(11)
    const head = heads.at(-1) as SignedTreeHead
    const path = await log.proveInclusion(4, 11)
    const entry = { ...(entries[4] as AuditEntry), outcome: 'forbidden' as const }
    const refusal = { code: 'invalid-proof' }
    await expect(verifyInclusion({ entry, head, path })).rejects.toMatchObject(refusal)
    await expect(
      verifyInclusion({ entry: entries[4] as AuditEntry, head: { ...head, treeSize: 10 }, path }),
    ).rejects.toMatchObject(refusal)
  })
}

function refusals(create: Create): void {
  it('refuses proofs of what it has not', async () => {
    const { log } = await create(5)
    const refusal = { code: 'invalid-request' }
    for (const [index, size] of [
      [5, 5],
      [0, 6],
      [-1, 5],
      [0, 0],
      [0.5, 5],
    ] as const) {
      await expect(log.proveInclusion(index, size)).rejects.toMatchObject(refusal)
    }
    for (const [from, to] of [
      [0, 5],
      [3, 2],
      [1, 6],
      [1.5, 5],
    ] as const) {
      await expect(log.proveConsistency(from, to)).rejects.toMatchObject(refusal)
    }
    for (const limit of [0, 1001, 1.5]) await expect(log.list({ limit })).rejects.toMatchObject(refusal)
    await expect(log.list({ from: -1 })).rejects.toMatchObject(refusal)
  })

  it('does nothing for a caller that has left', async () => {
    const { log } = await create(2)
    const signal = AbortSignal.abort(new Error('left'))
    await expect(log.append(auditEvent(2), { signal })).rejects.toThrow('left')
    await expect(log.list({ signal })).rejects.toThrow('left')
    await expect(log.head({ signal })).rejects.toThrow('left')
    await expect(log.proveInclusion(0, 1, { signal })).rejects.toThrow('left')
    await expect(log.proveConsistency(1, 2, { signal })).rejects.toThrow('left')
    expect(await log.list()).toHaveLength(2)
  })

  it('finishes what was appended, and takes nothing more, once stopped', async () => {
    const { log } = await create()
    const entry = log.append(auditEvent(0))
    await log.stop()
    await log.stop()
    expect(await entry).toMatchObject({ index: 0 })
    await expect(log.append(auditEvent(1))).rejects.toMatchObject({ code: 'storage-failed' })
  })
}
