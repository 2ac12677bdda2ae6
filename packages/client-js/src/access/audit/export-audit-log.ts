import type { AbortOptions, AuditEntry, AuditLog, SignedTreeHead } from '../../contracts/index.ts'
import { LumosError } from '../../contracts/index.ts'
import { canonicalJson } from '../../core/index.ts'

/** The first line of an export. @see spec/audit.md#export */
export interface ExportHeader {
  format: typeof exportFormat
  head: SignedTreeHead
  /** Where the entries begin; what came before was pruned. */
  firstIndex: number
  /** base64url; the roots of the perfect subtrees before `firstIndex`, largest first. */
  left: string[]
}

/** What an export reads: a node's own log, or another node's through a client. */
export type ReadableAuditLog = Pick<AuditLog, 'head' | 'list' | 'proveInclusion'>

export const exportFormat = 'lumos-audit/1'

const pageSize = 1000

/**
 * The whole log as NDJSON, a line at a time: a header with the signed head, then every entry that head covers.
 *
 * @throws {LumosError} `conflict` when entries were pruned while they were read: begin anew
 * @see verifyAuditExport
 */
export async function* exportAuditLog(
  log: ReadableAuditLog,
  options: AbortOptions = {},
): AsyncGenerator<string> {
  const { signal } = options
  const head = await log.head({ signal })
  const { treeSize } = head
  const [first] = await log.list({ from: 0, limit: 1, signal })
  const firstIndex = first?.index ?? 0
  const left = firstIndex === 0 ? [] : await leftOf(log, firstIndex, treeSize, options)
  yield line({ format: exportFormat, head, firstIndex, left } satisfies ExportHeader)
  for (let next = firstIndex; next < treeSize; ) {
    const limit = Math.min(pageSize, treeSize - next)
    const entries = await log.list({ from: next, limit, signal })
    assertContiguous(entries, next)
    for (const entry of entries) yield line(entry)
    next += entries.length
  }
}

/** An audit path holds, on its left, exactly the subtrees before the leaf. */
async function leftOf(
  log: ReadableAuditLog,
  index: number,
  size: number,
  options: AbortOptions,
): Promise<string[]> {
  const path = await log.proveInclusion(index, size, options)
  const left: string[] = []
  let [at, last] = [index, size - 1]
  for (const sibling of path) {
    // Where the leaf is the last at its level it is so further up too: the levels without a sibling need no step.
    if (at % 2 === 1 || at === last) left.push(sibling)
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return left.reverse()
}

function assertContiguous(entries: AuditEntry[], from: number): void {
  const isWhole = entries.length > 0 && entries.every(({ index }, place) => index === from + place)
  if (!isWhole) throw new LumosError('conflict', 'Old entries were pruned during the export: begin anew.')
}

function line(value: unknown): string {
  return `${canonicalJson(value)}\n`
}
