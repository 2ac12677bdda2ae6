import {
  type AgentEvent,
  type JsonValue,
  LumosError,
  type RunEvent,
  type RunId,
  type Store,
  type StoreOperation,
} from '../contracts/index.ts'
import { raceSignal, storeKey, toLumosError } from '../core/index.ts'

const maxChunkEvents = 256

/**
 * The events of one run, numbered 1, 2, 3 … in memory and in the Store. An event is visible once it is durable,
 * so no crash can take back what a reader saw, and ids go on without a gap. What is appended while a write is
 * under way goes with the next one: a slow store makes larger writes, not a slower model.
 */
export class RunLog {
  readonly #store: Store
  readonly #runId: RunId
  readonly #events: RunEvent[]
  readonly #chunkKeys: string[]
  #durableCount: number
  #operations: StoreOperation[] = []
  #writing: Promise<void> | undefined
  #isFinished = false
  #failure: LumosError | undefined
  #changed = Promise.withResolvers<void>()

  constructor(store: Store, runId: RunId, stored: StoredEvents = { events: [], chunkKeys: [] }) {
    this.#store = store
    this.#runId = runId
    this.#events = stored.events
    this.#chunkKeys = stored.chunkKeys
    this.#durableCount = stored.events.length
  }

  get events(): readonly RunEvent[] {
    return this.#events
  }

  /** Events not yet durable. */
  get pendingCount(): number {
    return this.#events.length - this.#durableCount
  }

  append(event: AgentEvent): void {
    this.#events.push({ ...event, id: this.#events.length + 1 })
    this.#writing ??= this.#write()
  }

  /**
   * Resolves once everything appended is durable.
   *
   * @throws {LumosError} `storage-failed`
   */
  async flush(): Promise<void> {
    while (this.#failure === undefined && this.pendingCount > 0) await this.#writing
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Appends the last event; `operations` become durable with it, all or nothing. */
  async finish(event: AgentEvent, operations: StoreOperation[]): Promise<void> {
    await this.flush()
    this.#isFinished = true
    this.#operations = [...this.#compaction(), ...operations]
    this.append(event)
    await this.flush()
  }

  /** Ends reading with `reason`. What is stored stays. */
  fail(reason: LumosError): void {
    this.#failure ??= reason
    this.#notify()
  }

  /**
   * Yields from the event after `offset` to the last one, waiting for those to come.
   *
   * @throws {LumosError} `invalid-request` when the run ended at or before `offset`
   */
  async *read(offset: number, signal: AbortSignal | undefined): AsyncGenerator<RunEvent> {
    let index = offset
    while (true) {
      while (index < this.#durableCount) {
        signal?.throwIfAborted()
        yield this.#events[index++] as RunEvent
      }
      if (this.#isFinished && this.pendingCount === 0) {
        assertBefore(offset, this.#events.length)
        return
      }
      if (this.#failure !== undefined) throw this.#failure
      await raceSignal(this.#changed.promise, signal)
    }
  }

  async #write(): Promise<void> {
    try {
      while (this.pendingCount > 0 && this.#failure === undefined) {
        const chunk = this.#events.slice(this.#durableCount, this.#durableCount + maxChunkEvents)
        const key = chunkKey(this.#runId, this.#durableCount + 1)
        const isLast = this.#durableCount + chunk.length === this.#events.length
        const operations = isLast ? this.#operations : []
        await this.#store.batch([...operations, { type: 'put', key, value: json(chunk) }])
        this.#chunkKeys.push(key)
        this.#durableCount += chunk.length
        this.#notify()
      }
    } catch (error) {
      this.fail(toLumosError(error, 'storage-failed'))
    } finally {
      this.#writing = undefined
    }
  }

  /** A write per few tokens leaves many small entries; the finished run keeps few large ones. */
  #compaction(): StoreOperation[] {
    const operations: StoreOperation[] = this.#chunkKeys.map(key => ({ type: 'delete', key }))
    for (let start = 0; start < this.#events.length; start += maxChunkEvents) {
      const value = json(this.#events.slice(start, start + maxChunkEvents))
      operations.push({ type: 'put', key: chunkKey(this.#runId, start + 1), value })
    }
    return operations
  }

  #notify(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}

/** A stream always ends with its last event: there is none for a reader who has seen it. */
export function assertBefore(offset: number, eventCount: number): void {
  if (offset < eventCount) return
  throw new LumosError(
    'invalid-request',
    `The run has ended with event ${eventCount}: nothing comes after ${offset}.`,
    {
      details: { lastEventId: eventCount },
    },
  )
}

export interface StoredEvents {
  events: RunEvent[]
  chunkKeys: string[]
}

/** The events of a run as the Store has them. */
export async function loadEvents(store: Store, runId: RunId, signal?: AbortSignal): Promise<StoredEvents> {
  const stored: StoredEvents = { events: [], chunkKeys: [] }
  for await (const { key, value } of store.list({ prefix: eventPrefix(runId), signal })) {
    stored.chunkKeys.push(key)
    stored.events.push(...(value as unknown as RunEvent[]))
  }
  return stored
}

export function eventPrefix(runId: RunId): string {
  return `${storeKey('run-event', runId)}/`
}

function chunkKey(runId: RunId, firstId: number): string {
  return `${eventPrefix(runId)}${String(firstId).padStart(10, '0')}`
}

function json(events: RunEvent[]): JsonValue {
  return events as unknown as JsonValue
}
