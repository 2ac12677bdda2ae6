import {
  type AbortOptions,
  type AnchoredHead,
  type AuditLog,
  type HeadAnchor,
  type JsonValue,
  LumosError,
  type NodeId,
  type Store,
} from '../../contracts/index.ts'
import { storeKey } from '../../core/index.ts'
import { verifyConsistency } from './verify.ts'

export interface AnchoredHeadsOptions {
  log: AuditLog
  nodeId: NodeId
  anchor: HeadAnchor
  /** Keeps the receipts. The giver stops it. */
  store: Store
}

/** Heads of an audit log that were put where nobody takes them back, so that the log cannot take back what they cover. */
export interface AnchoredHeads {
  /** Puts the head as it is now there; gives the last one when nothing was added since. Call it as often as it is worth. */
  anchorNow(options?: AbortOptions): Promise<AnchoredHead>
  /** Smallest first. */
  list(options?: AbortOptions): Promise<AnchoredHead[]>
  /**
   * Resolves to how many anchored heads the log still begins with: all of them.
   *
   * @param heads - @default those kept here. Whoever deletes these with the log is found out by those that others keep.
   * @throws {LumosError} `invalid-proof` when a head is not where it was put, or the log does not begin with it
   */
  check(heads?: readonly AnchoredHead[], options?: AbortOptions): Promise<number>
}

export function createAnchoredHeads({ log, nodeId, anchor, store }: AnchoredHeadsOptions): AnchoredHeads {
  const prefix = `${storeKey('audit-anchor', nodeId)}/`

  async function list(options: AbortOptions = {}, last = false): Promise<AnchoredHead[]> {
    const heads: AnchoredHead[] = []
    for await (const { value } of store.list({
      prefix,
      ...options,
      ...(last && { reverse: true, limit: 1 }),
    })) {
      heads.push(value as unknown as AnchoredHead)
    }
    return heads
  }

  async function anchorNow(options: AbortOptions = {}): Promise<AnchoredHead> {
    const head = await log.head(options)
    const [last] = await list(options, true)
    if (last?.head.treeSize === head.treeSize) return last
    const anchored: AnchoredHead = { head, receipt: await anchor.anchor(head, options) }
    const key = `${prefix}${String(head.treeSize).padStart(16, '0')}`
    await store.put(key, anchored as unknown as JsonValue, options)
    return anchored
  }

  async function check(heads?: readonly AnchoredHead[], options: AbortOptions = {}): Promise<number> {
    const anchored = heads ?? (await list(options))
    const to = await log.head(options)
    for (const { head: from, receipt } of anchored) {
      if (!(await anchor.verify(from, receipt, options))) {
        throw new LumosError('invalid-proof', `The head of ${from.treeSize} is not where it was put.`)
      }
      const isProvable = from.treeSize > 0 && from.treeSize <= to.treeSize
      const path = isProvable ? await log.proveConsistency(from.treeSize, to.treeSize, options) : []
      await verifyConsistency({ from, to, path }, { nodeId })
    }
    return anchored.length
  }

  return { anchorNow, list: options => list(options), check }
}
