import type { CallOptions, Connections } from '../connections/index.ts'
import type { AuditEntry, NodeId, SignedTreeHead } from '../contracts/index.ts'

export interface AuditListOptions extends CallOptions {
  /** Index of the first entry. @default the oldest, or the newest with `newestFirst` */
  from?: number
  /** 1000 at most. @default 100 */
  limit?: number
  newestFirst?: boolean
}

export interface AuditVerifyOptions extends CallOptions {
  /** A head seen before: what it stood for must still be there. */
  since?: SignedTreeHead
  /** Entries that must be in the log. */
  entries?: readonly AuditEntry[]
  /** Whose log it must be. @default that of `since` */
  nodeId?: NodeId
}

/** What a node wrote down of who used it. Made by the client, as `client.audit`; its methods need `/audit`. */
export class AuditHandle {
  readonly #connections: Connections

  constructor(connections: Connections) {
    this.#connections = connections
  }

  async list(options: AuditListOptions = {}): Promise<AuditEntry[]> {
    const { from, limit, newestFirst, ...call } = options
    const params = {
      ...(from !== undefined && { from }),
      ...(limit !== undefined && { limit }),
      ...(newestFirst !== undefined && { newestFirst }),
    }
    const { entries } = await this.#connections.call('audit.list', params, call)
    return entries
  }

  /** What the log is now, signed by its node: keep it, to see later that nothing was taken back. */
  head(options: CallOptions = {}): Promise<SignedTreeHead> {
    return this.#connections.call('audit.head', {}, options)
  }

  /** That the first `treeSize` entries include the one at `index`: hashes, base64url. */
  async inclusion(index: number, treeSize: number, options: CallOptions = {}): Promise<string[]> {
    const { path } = await this.#connections.call('audit.inclusion', { index, treeSize }, options)
    return path
  }

  /** That the first `to` entries begin with the first `from`: hashes, base64url. */
  async consistency(from: number, to: number, options: CallOptions = {}): Promise<string[]> {
    const { path } = await this.#connections.call('audit.consistency', { from, to }, options)
    return path
  }

  /**
   * Checks, here, that the node signed its log as it is now, that it begins with what `since` stood for, and that
   * `entries` are in it. Resolves to the head, for the next time.
   *
   * @throws {LumosError} `invalid-proof`
   */
  async verify(options: AuditVerifyOptions = {}): Promise<SignedTreeHead> {
    const { since, entries = [], nodeId = since?.nodeId, ...call } = options
    const { verifyConsistency, verifyInclusion, verifyTreeHead } = await import('../access/audit/index.ts')
    const head = await this.head(call)
    await verifyTreeHead(head, nodeId === undefined ? {} : { nodeId })
    if (since !== undefined) {
      const isProvable = since.treeSize > 0 && since.treeSize <= head.treeSize
      const path = isProvable ? await this.consistency(since.treeSize, head.treeSize, call) : []
      await verifyConsistency({ from: since, to: head, path })
    }
    for (const entry of entries) {
      const path = await this.inclusion(entry.index, head.treeSize, call)
      await verifyInclusion({ entry, head, path })
    }
    return head
  }
}
