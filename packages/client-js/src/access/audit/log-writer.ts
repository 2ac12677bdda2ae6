import {
  type AuditEntry,
  type AuditEvent,
  type Clock,
  type Identity,
  LumosError,
} from '../../contracts/index.ts'
import { base64url, toLumosError } from '../../core/index.ts'
import { entryHash, toEntry } from './audit-leaf.ts'
import { checkLog } from './check-log.ts'
import { Frontier } from './frontier.ts'
import { type HeadRecord, type LeafRecord, type LogRecords, toTexts } from './log-records.ts'
import { pruneEvent } from './prune-entry.ts'
import { signTreeHead } from './tree-head.ts'

export interface LogWriterOptions {
  records: LogRecords
  identity: Identity
  clock: Clock
  maxEntries: number
}

/** What is durable. */
export interface LogState {
  size: number
  /** base64url */
  rootHash: string
  prunedBefore: number
}

interface Pending {
  event: AuditEvent
  resolve(entry: AuditEntry): void
  reject(error: unknown): void
}

/** One write, and the log after it. */
interface Commit {
  entries: AuditEntry[]
  leaves: Map<number, LeafRecord>
  record: HeadRecord
  frontier: Frontier
}

const maxBatchEntries = 500
const pruneSlack = 1.1

/** The only writer: entries that come while a write is under way go together with the next. */
export class LogWriter {
  readonly #options: LogWriterOptions
  #opening: Promise<void> | undefined
  #frontier = new Frontier()
  #state: LogState = { size: 0, rootHash: '', prunedBefore: 0 }
  /** The first entry that still has its content. */
  #keptFrom = 0
  /** A write that failed: whether it is in the store after all, the store must say. */
  #unsure: Commit | undefined
  #pending: Pending[] = []
  #writing: Promise<void> | undefined
  #isStopped = false

  constructor(options: LogWriterOptions) {
    this.#options = options
  }

  /** Resolves once the stored log has been checked. @throws {LumosError} `storage-failed` */
  async state(): Promise<LogState> {
    await this.#open()
    return this.#state
  }

  async append(event: AuditEvent): Promise<AuditEntry> {
    if (this.#isStopped) {
      throw new LumosError('storage-failed', 'The audit log was stopped.', { retryable: false })
    }
    const { promise, resolve, reject } = Promise.withResolvers<AuditEntry>()
    this.#pending.push({ event, resolve, reject })
    this.#writing ??= this.#writeAll()
    return promise
  }

  /** What was appended before is written first. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#writing
  }

  /** A failed check is done again with the next call: the store may have been out of reach. */
  #open(): Promise<void> {
    this.#opening ??= this.#check().catch(error => {
      this.#opening = undefined
      throw toLumosError(error, 'storage-failed')
    })
    return this.#opening
  }

  async #check(): Promise<void> {
    const { records, identity } = this.#options
    const { frontier, record, keptFrom } = await checkLog(records, identity)
    const rootHash = base64url.encode(await frontier.root())
    this.#frontier = frontier
    this.#keptFrom = keptFrom
    this.#state = { size: frontier.size, rootHash, prunedBefore: record?.prunedBefore ?? 0 }
  }

  async #writeAll(): Promise<void> {
    // The rest of this turn may append too.
    await Promise.resolve()
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, maxBatchEntries)
      try {
        const entries = await this.#write(batch.map(({ event }) => event))
        batch.forEach(({ resolve }, index) => {
          resolve(entries[index] as AuditEntry)
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
      // What a failure leaves behind goes with the next: the log has said already that it goes.
      await this.#prune().catch(() => {})
    }
    this.#writing = undefined
  }

  async #write(events: AuditEvent[]): Promise<AuditEntry[]> {
    await this.#open()
    await this.#settleUnsure()
    const commit = await this.#prepare(events)
    try {
      await this.#options.records.write(commit.leaves, commit.record)
    } catch (error) {
      this.#unsure = commit
      throw toLumosError(error, 'storage-failed')
    }
    this.#adopt(commit)
    return commit.entries
  }

  async #prepare(events: AuditEvent[]): Promise<Commit> {
    const { identity, clock } = this.#options
    const { did: nodeId } = identity
    const timestamp = new Date(clock.now()).toISOString()
    const prune = this.#nextPrune(events.length)
    const all = prune === undefined ? events : [...events, pruneEvent(nodeId, timestamp, prune)]
    const frontier = this.#frontier.clone()
    const leaves = new Map<number, LeafRecord>()
    const entries: AuditEntry[] = []
    for (const event of all) {
      const entry = toEntry(event, frontier.size)
      entries.push(entry)
      leaves.set(entry.index, { entry, hashes: toTexts(await frontier.append(await entryHash(entry))) })
    }
    const rootHash = base64url.encode(await frontier.root())
    const head = await signTreeHead({ nodeId, treeSize: frontier.size, rootHash, timestamp }, identity)
    const record = { head, prunedBefore: prune ?? this.#state.prunedBefore }
    return { entries, leaves, record, frontier }
  }

  #adopt({ frontier, record }: Commit): void {
    const { treeSize: size, rootHash } = record.head
    this.#frontier = frontier
    this.#state = { size, rootHash, prunedBefore: record.prunedBefore }
  }

  async #settleUnsure(): Promise<void> {
    if (this.#unsure === undefined) return
    const stored = await this.#options.records.head()
    const { size } = this.#state
    if (stored?.head.signature === this.#unsure.record.head.signature) this.#adopt(this.#unsure)
    else if ((stored?.head.treeSize ?? 0) !== size) await this.#check()
    this.#unsure = undefined
  }

  /** Seldom and much, so that the entries which say so stay few. */
  #nextPrune(added: number): number | undefined {
    const { maxEntries } = this.#options
    const { size, prunedBefore } = this.#state
    const isDue = size + added - prunedBefore > maxEntries * pruneSlack
    return isDue ? size + added - maxEntries : undefined
  }

  async #prune(): Promise<void> {
    const { records } = this.#options
    const { prunedBefore } = this.#state
    while (this.#keptFrom < prunedBefore) {
      const limit = Math.min(maxBatchEntries, prunedBefore - this.#keptFrom)
      const batch = new Map<number, LeafRecord>()
      for await (const { index, leaf } of records.leaves({ from: this.#keptFrom, limit })) {
        batch.set(index, leaf)
      }
      await records.forget(batch)
      this.#keptFrom += limit
    }
  }
}
