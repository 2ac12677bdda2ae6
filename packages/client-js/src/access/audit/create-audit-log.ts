import {
  type AbortOptions,
  type AuditEntry,
  type AuditEvent,
  type AuditLog,
  type Clock,
  type Identity,
  LumosError,
  type SignedTreeHead,
  type Store,
} from '../../contracts/index.ts'
import { createSystemClock, raceSignal } from '../../core/index.ts'
import { LogRecords, toTexts } from './log-records.ts'
import { type LogState, LogWriter } from './log-writer.ts'
import { consistencyPath, inclusionPath, type ReadSubtree } from './prove.ts'
import { pruneCommand } from './prune-entry.ts'
import { signTreeHead } from './tree-head.ts'

export interface AuditLogOptions {
  /** Keeps the log, beside whatever else it keeps. The giver stops it, after the log. */
  store: Store
  /** Whose log it is; signs the heads. Each identity has a log of its own in the store. */
  identity: Identity
  /** @default the machine's clock */
  clock?: Clock
  /**
   * How many entries keep their content. Older ones lose it, oldest first, which the log says in an entry; their
   * hashes stay, so heads and proofs hold for all of them. @default 100,000
   */
  maxEntries?: number
}

const defaultLimit = 100
const maxLimit = 1000

/**
 * An audit log in a store. What it was when it was last written is checked before the first answer, entry by
 * entry: a log that somebody changed since refuses everything.
 *
 * One process at a time writes to it.
 *
 * @throws {LumosError} from its methods: `storage-failed`, not retryable when the stored past was changed
 * @see docs/architecture/audit.md
 */
export function createAuditLog(options: AuditLogOptions): AuditLog {
  const { store, identity, clock = createSystemClock(), maxEntries = 100_000 } = options
  const records = new LogRecords(store, identity.did)
  return new StoredAuditLog(records, new LogWriter({ records, identity, clock, maxEntries }), identity, clock)
}

class StoredAuditLog implements AuditLog {
  readonly #records: LogRecords
  readonly #writer: LogWriter
  readonly #identity: Identity
  readonly #clock: Clock

  constructor(records: LogRecords, writer: LogWriter, identity: Identity, clock: Clock) {
    this.#records = records
    this.#writer = writer
    this.#identity = identity
    this.#clock = clock
  }

  async append(event: AuditEvent, options: AbortOptions = {}): Promise<AuditEntry> {
    options.signal?.throwIfAborted()
    if (event.command === pruneCommand) {
      throw new LumosError('invalid-request', 'Only the log itself says what it let go.')
    }
    return raceSignal(this.#writer.append(event), options.signal)
  }

  async list(
    options: AbortOptions & { from?: number; limit?: number; newestFirst?: boolean } = {},
  ): Promise<AuditEntry[]> {
    const { limit = defaultLimit, newestFirst = false, signal } = options
    assertWithin(limit, 1, maxLimit, 'limit')
    const { size, prunedBefore } = await this.#state(options)
    const from = options.from ?? (newestFirst ? Math.max(size - 1, 0) : 0)
    assertWithin(from, 0, Number.MAX_SAFE_INTEGER, 'from')
    // What is let go is at the front.
    const first = newestFirst ? from : Math.max(from, prunedBefore)
    const entries: AuditEntry[] = []
    for await (const { leaf } of this.#records.leaves({ from: first, limit, reverse: newestFirst, signal })) {
      if (leaf.entry !== undefined) entries.push(leaf.entry)
    }
    return entries
  }

  /** Signed now, of what is durable now. */
  async head(options: AbortOptions = {}): Promise<SignedTreeHead> {
    const { size: treeSize, rootHash } = await this.#state(options)
    const timestamp = new Date(this.#clock.now()).toISOString()
    return signTreeHead({ nodeId: this.#identity.did, treeSize, rootHash, timestamp }, this.#identity)
  }

  async proveInclusion(index: number, treeSize: number, options: AbortOptions = {}): Promise<string[]> {
    const { size } = await this.#state(options)
    assertWithin(treeSize, 1, size, 'treeSize')
    assertWithin(index, 0, treeSize - 1, 'index')
    return toTexts(await inclusionPath(this.#reader(options), index, treeSize))
  }

  async proveConsistency(from: number, to: number, options: AbortOptions = {}): Promise<string[]> {
    const { size } = await this.#state(options)
    assertWithin(to, 1, size, 'to')
    assertWithin(from, 1, to, 'from')
    return toTexts(await consistencyPath(this.#reader(options), from, to))
  }

  stop(): Promise<void> {
    return this.#writer.stop()
  }

  async #state({ signal }: AbortOptions): Promise<LogState> {
    signal?.throwIfAborted()
    return raceSignal(this.#writer.state(), signal)
  }

  #reader(options: AbortOptions): ReadSubtree {
    return (start, level) => this.#records.subtree(start, level, options)
  }
}

function assertWithin(value: number, min: number, max: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  throw new LumosError('invalid-request', `${name} must be a whole number from ${min} to ${max}.`)
}
