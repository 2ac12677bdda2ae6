import type { JsonValue, ListOptions, Store, StoreOperation } from '../contracts/index.ts'

export interface CrashingStoreOptions {
  /** What survives. */
  store: Store
  /** The write that is the last: 1 for the first. */
  crashAtWrite: number
  /** Whether that write becomes durable before the crash, or is lost. */
  keepsLastWrite: boolean
}

/**
 * A store seen by a process that dies at one write: from then on nothing it asks is ever answered, as if the
 * process were gone. What it wrote before stays in the store below.
 */
export class CrashingStore implements Store {
  readonly #options: CrashingStoreOptions
  readonly #crash = Promise.withResolvers<void>()
  #writeCount = 0
  #hasCrashed = false

  constructor(options: CrashingStoreOptions) {
    this.#options = options
  }

  /** Resolves at the crash. */
  get crashed(): Promise<void> {
    return this.#crash.promise
  }

  get(key: string): Promise<JsonValue | undefined> {
    return this.#read(store => store.get(key))
  }

  put(key: string, value: JsonValue): Promise<void> {
    return this.#write(store => store.put(key, value))
  }

  putIfAbsent(key: string, value: JsonValue): Promise<boolean> {
    return this.#write(store => store.putIfAbsent(key, value))
  }

  delete(key: string): Promise<void> {
    return this.#write(store => store.delete(key))
  }

  async *list(options: ListOptions): AsyncIterable<{ key: string; value: JsonValue }> {
    for await (const entry of this.#options.store.list(options)) {
      await this.#read(async () => {})
      yield entry
    }
  }

  batch(operations: StoreOperation[]): Promise<void> {
    return this.#write(store => store.batch(operations))
  }

  async stop(): Promise<void> {}

  #read<T>(work: (store: Store) => Promise<T>): Promise<T> {
    return this.#hasCrashed ? new Promise(() => {}) : work(this.#options.store)
  }

  async #write<T>(work: (store: Store) => Promise<T>): Promise<T> {
    if (this.#hasCrashed) return new Promise(() => {})
    const { store, crashAtWrite, keepsLastWrite } = this.#options
    if (++this.#writeCount < crashAtWrite) return work(store)
    this.#hasCrashed = true
    if (keepsLastWrite) await work(store)
    this.#crash.resolve()
    return new Promise(() => {})
  }
}
