import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import {
  type AbortOptions,
  isLumosError,
  type JsonValue,
  type ListOptions,
  LumosError,
  type Store,
  type StoreOperation,
} from '../contracts/index.ts'
import { assertStoreKey, raceSignal } from '../core/index.ts'

interface Schema extends DBSchema {
  entries: { key: string; value: JsonValue }
}

export interface IdbStoreOptions {
  /** Name of the IndexedDB database. */
  name: string
  /**
   * `strict` survives a power cut, `relaxed` a crash of the page or browser, and writes several times faster.
   * @default 'strict'
   */
  durability?: 'strict' | 'relaxed'
}

const pageSize = 256

/** Keeps everything in the browser's IndexedDB. Any number of tabs may share one database. */
export class IdbStore implements Store {
  readonly #name: string
  readonly #durability: 'strict' | 'relaxed'
  #database: Promise<IDBPDatabase<Schema>> | undefined
  #isStopped = false

  constructor(options: IdbStoreOptions) {
    this.#name = options.name
    this.#durability = options.durability ?? 'strict'
  }

  get(key: string, options?: AbortOptions): Promise<JsonValue | undefined> {
    return this.#run([key], options, database => database.get('entries', key))
  }

  put(key: string, value: JsonValue, options?: AbortOptions): Promise<void> {
    return this.batch([{ type: 'put', key, value }], options)
  }

  putIfAbsent(key: string, value: JsonValue, options?: AbortOptions): Promise<boolean> {
    return this.#run([key], options, async database => {
      const transaction = database.transaction('entries', 'readwrite', { durability: this.#durability })
      const isAbsent = (await transaction.store.getKey(key)) === undefined
      if (isAbsent) await transaction.store.add(value, key)
      await transaction.done
      return isAbsent
    })
  }

  delete(key: string, options?: AbortOptions): Promise<void> {
    return this.batch([{ type: 'delete', key }], options)
  }

  async *list(options: ListOptions): AsyncIterable<{ key: string; value: JsonValue }> {
    let { after } = options
    let left = options.limit ?? Number.POSITIVE_INFINITY
    while (left > 0) {
      const page = await this.#page({ ...options, ...(after !== undefined && { after }), limit: left })
      for (const entry of page) {
        options.signal?.throwIfAborted()
        yield entry
      }
      left -= page.length
      if (page.length < pageSize) return
      after = page.at(-1)?.key
    }
  }

  batch(operations: StoreOperation[], options?: AbortOptions): Promise<void> {
    const keys = operations.map(operation => operation.key)
    return this.#run(keys, options, async database => {
      const transaction = database.transaction('entries', 'readwrite', { durability: this.#durability })
      try {
        for (const operation of operations) {
          // Not awaited: requests of one transaction run in order, and `done` reports the first failure.
          if (operation.type === 'put') ignore(transaction.store.put(operation.value, operation.key))
          else ignore(transaction.store.delete(operation.key))
        }
      } catch (error) {
        // A value that cannot be cloned throws at once, and would leave the writes before it.
        ignore(transaction.done)
        transaction.abort()
        throw error
      }
      await transaction.done
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    const database = await this.#database?.catch(() => undefined)
    database?.close()
  }

  /** One transaction per page: it would not live through the awaits of whoever reads the listing. */
  #page(options: ListOptions): Promise<{ key: string; value: JsonValue }[]> {
    const { prefix, after, reverse = false, limit = pageSize } = options
    const range = rangeOf(prefix, after, reverse)
    if (range === undefined) return Promise.resolve([])
    const count = Math.min(limit, pageSize)
    return this.#run([], options, async database => {
      const { store } = database.transaction('entries')
      if (!reverse) {
        const [keys, values] = await Promise.all([store.getAllKeys(range, count), store.getAll(range, count)])
        return keys.map((key, index) => ({ key, value: values[index] as JsonValue }))
      }
      const entries: { key: string; value: JsonValue }[] = []
      let cursor = await store.openCursor(range, 'prev')
      while (cursor !== null && entries.length < count) {
        entries.push({ key: cursor.key, value: cursor.value })
        cursor = await cursor.continue()
      }
      return entries
    })
  }

  async #run<T>(
    keys: string[],
    options: AbortOptions | undefined,
    work: (database: IDBPDatabase<Schema>) => Promise<T>,
  ): Promise<T> {
    const signal = options?.signal
    signal?.throwIfAborted()
    for (const key of keys) assertStoreKey(key)
    try {
      return await raceSignal(this.#open().then(work), signal)
    } catch (error) {
      if (signal?.aborted || isLumosError(error)) throw error
      if (error instanceof DOMException && error.name === 'DataCloneError') {
        throw new LumosError('invalid-request', 'The value has no JSON form.', { cause: error })
      }
      throw new LumosError('storage-failed', `The browser's storage failed: ${String(error)}`, {
        cause: error,
      })
    }
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#isStopped) {
      return Promise.reject(new LumosError('storage-failed', 'The store was stopped.', { retryable: false }))
    }
    this.#database ??= this.#connect().catch(error => {
      this.#database = undefined
      throw error
    })
    return this.#database
  }

  async #connect(): Promise<IDBPDatabase<Schema>> {
    const forget = () => {
      this.#database = undefined
    }
    const database = await openDB<Schema>(this.#name, 1, {
      upgrade: database => {
        database.createObjectStore('entries')
      },
      // Another tab wants a newer version, or to delete the database: let it, and open anew when needed.
      blocking: () => {
        database.close()
        forget()
      },
      terminated: forget,
    })
    return database
  }
}

function ignore(promise: Promise<unknown>): void {
  promise.catch(() => {})
}

/** Undefined when nothing can be in it. */
function rangeOf(prefix: string, after: string | undefined, reverse: boolean): IDBKeyRange | undefined {
  // '\x7f' follows every character that a key may hold.
  const end = `${prefix}\x7f`
  if (after === undefined) return IDBKeyRange.bound(prefix, end)
  if (reverse) {
    if (after <= prefix) return undefined
    return after > end ? IDBKeyRange.bound(prefix, end) : IDBKeyRange.bound(prefix, after, false, true)
  }
  if (after >= end) return undefined
  return after < prefix ? IDBKeyRange.bound(prefix, end) : IDBKeyRange.bound(after, end, true)
}
