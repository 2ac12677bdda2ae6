import { describe, expect, it } from 'vitest'
import { createAuditLog, verifyConsistency } from '../../../src/access/audit/index.ts'
import type { AuditEntry, SignedTreeHead } from '../../../src/contracts/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { auditEvent } from '../../../src/testing/audit-log-suite.ts'
import { CrashingStore } from '../../../src/testing/crashing-store.ts'

/** Appends in groups until the process dies at the given write, then opens what is left. */
async function crashAndReopen(crashAtWrite: number, keepsLastWrite: boolean) {
  const store = new MemoryStore()
  const identity = await createIdentity()
  const crashing = new CrashingStore({ store, crashAtWrite, keepsLastWrite })
  const first = createAuditLog({ store: crashing, identity, maxEntries: 12 })
  const acknowledged: AuditEntry[] = []
  const heads: SignedTreeHead[] = []
  const working = (async () => {
    let number = 0
    for (const groupSize of [1, 3, 2, 5, 1, 4, 7, 2]) {
      const group = Array.from({ length: groupSize }, () => first.append(auditEvent(number++)))
      acknowledged.push(...(await Promise.all(group)))
      heads.push(await first.head())
    }
    await first.stop()
    return false
  })()
  const didCrash = await Promise.race([working, crashing.crashed.then(() => true)])
  const second = createAuditLog({ store, identity, maxEntries: 12 })
  return { didCrash, acknowledged, heads, second }
}

describe('an audit log whose process dies', () => {
  it('loses no acknowledged entry and leaves no gap, wherever it dies', async () => {
    let crashes = 0
    for (const keepsLastWrite of [false, true]) {
      let didCrash = true
      for (let crashAtWrite = 1; didCrash; crashAtWrite++) {
        const result = await crashAndReopen(crashAtWrite, keepsLastWrite)
        didCrash = result.didCrash
        if (didCrash) crashes++
        const { second, acknowledged, heads } = result
        const { treeSize } = await second.head()
        expect(treeSize).toBeGreaterThanOrEqual((acknowledged.at(-1)?.index ?? -1) + 1)
        const entry = await second.append(auditEvent(99))
        expect(entry.index).toBe(treeSize)
        const kept = await second.list({ limit: 1000 })
        const firstKept = kept[0]?.index ?? 0
        expect(kept.map(({ index }) => index)).toEqual(kept.map((_, place) => firstKept + place))
        for (const known of acknowledged.filter(({ index }) => index >= firstKept)) {
          expect(kept[known.index - firstKept]).toEqual(known)
        }
        const to = await second.head()
        for (const from of heads) {
          await verifyConsistency({
            from,
            to,
            path: await second.proveConsistency(from.treeSize, to.treeSize),
          })
        }
        await second.stop()
      }
    }
    // 8 groups, 3 times content to let go: with and without the last write.
    expect(crashes).toBe(22)
  })
})
