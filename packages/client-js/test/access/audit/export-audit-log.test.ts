import { describe, expect, it } from 'vitest'
import { exportAuditLog, type ReadableAuditLog, verifyAuditExport } from '../../../src/access/audit/index.ts'
import type { AuditEntry, SignedTreeHead } from '../../../src/contracts/index.ts'
import { createIdentity } from '../../../src/identity/index.ts'
import { auditEvent } from '../../../src/testing/audit-log-suite.ts'
import { MemoryAuditLog } from '../../../src/testing/memory-audit-log.ts'

type ListOptions = NonNullable<Parameters<MemoryAuditLog['list']>[0]>

/** A log that let go of what came before `first`. */
class PrunedLog extends MemoryAuditLog {
  first = 0
  readonly asked: ListOptions[] = []

  override async list(options: ListOptions = {}): Promise<AuditEntry[]> {
    this.asked.push(options)
    return super.list({ ...options, from: Math.max(options.from ?? 0, this.first) })
  }
}

async function logOf(size: number): Promise<PrunedLog> {
  const log = new PrunedLog(await createIdentity())
  for (let number = 0; number < size; number++) await log.append(auditEvent(number))
  return log
}

async function linesOf(log: PrunedLog): Promise<string[]> {
  const lines: string[] = []
  for await (const line of exportAuditLog(log)) lines.push(line)
  return lines
}

describe('an export', () => {
  it('of any size, from any entry on, is what its head was signed over', async () => {
    for (const size of [1, 2, 3, 5, 6, 7, 8, 13]) {
      const log = await logOf(size)
      for (log.first = 0; log.first < size; log.first++) {
        const lines = await linesOf(log)
        expect(lines).toHaveLength(1 + size - log.first)
        const { head, firstIndex } = await verifyAuditExport(lines)
        expect([head.treeSize, firstIndex]).toEqual([size, log.first])
      }
    }
  })

  it('ends where its head does, also when the log grows meanwhile', async () => {
    const log = await logOf(3)
    const lines: string[] = []
    for await (const line of exportAuditLog(log)) {
      lines.push(line)
      await log.append(auditEvent(lines.length))
    }
    expect((await verifyAuditExport(lines)).head.treeSize).toBe(3)
    expect(log.asked.map(({ from, limit }) => [from, limit])).toEqual([
      [0, 1],
      [0, 3],
    ])
  })

  it('is read a thousand entries at a time, with the signal of who reads', async () => {
    const { signal } = new AbortController()
    const asked: ListOptions[] = []
    const log: ReadableAuditLog = {
      async head(options) {
        expect(options).toEqual({ signal })
        return { ...(await (await logOf(0)).head()), treeSize: 2001 }
      },
      async list(options: ListOptions = {}) {
        asked.push(options)
        const { from = 0, limit = 0 } = options
        return Array.from({ length: limit }, (_, place) => ({ ...auditEvent(0), index: from + place }))
      },
      proveInclusion: async () => [],
    }
    let count = 0
    for await (const _ of exportAuditLog(log, { signal })) count++
    expect(count).toBe(2002)
    expect(asked).toEqual([
      { from: 0, limit: 1, signal },
      { from: 0, limit: 1000, signal },
      { from: 1000, limit: 1000, signal },
      { from: 2000, limit: 1, signal },
    ])
  })

  it.each<[string, (entries: AuditEntry[]) => AuditEntry[]]>([
    ['gone', () => []],
    ['gone at the front', entries => entries.slice(1)],
    ['gone in the middle', entries => [...entries.slice(0, 1), ...entries.slice(2)]],
  ])('is begun anew when entries are %s before they were read', async (_what, edit) => {
    const log = await logOf(4)
    const real = log.list.bind(log)
    log.list = async options => (options?.limit === 1 ? real(options) : edit(await real(options)))
    await expect(linesOf(log)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('of a log that is empty says nothing of what was before', async () => {
    const [header] = await linesOf(await logOf(0))
    expect(JSON.parse(header as string)).toMatchObject({ firstIndex: 0, left: [] })
    const { head } = JSON.parse(header as string) as { head: SignedTreeHead }
    expect(head.treeSize).toBe(0)
  })
})
