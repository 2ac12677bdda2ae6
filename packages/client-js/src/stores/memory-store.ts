import {
  type AbortOptions,
  type JsonValue,
  type ListOptions,
  LumosError,
  type Store,
  type StoreOperation,
} from '../contracts/index.ts'
import { assertStoreKey, encodeStoreValue } from '../core/index.ts'

/** Keeps everything in memory, until the process ends. */
export class MemoryStore implements Store {
  // Values as JSON text: what is read later is never what somebody still changes.
  readonly #texts = new Map<string, string>()
  #keys: string[] = []
  #isStopped = false

  async get(key: string, options?: AbortOptions): Promise<JsonValue | undefined> {
    this.#check([key], options)
    const text = this.#texts.get(key)
    return text === undefined ? undefined : JSON.parse(text)
  }

  async put(key: string, value: JsonValue, options?: AbortOptions): Promise<void> {
    this.#check([key], options)
    this.#set(key, encodeStoreValue(value))
  }

  async putIfAbsent(key: string, value: JsonValue, options?: AbortOptions): Promise<boolean> {
    this.#check([key], options)
    if (this.#texts.has(key)) return false
    this.#set(key, encodeStoreValue(value))
    return true
  }

  async delete(key: string, options?: AbortOptions): Promise<void> {
    this.#check([key], options)
    if (this.#texts.delete(key)) this.#forget(new Set([key]))
  }

  async *list(options: ListOptions): AsyncIterable<{ key: string; value: JsonValue }> {
    const { prefix, reverse = false, limit = Number.POSITIVE_INFINITY } = options
    let after = options.after
    for (let count = 0; count < limit; count++) {
      this.#check([], options)
      const key = this.#next(prefix, after, reverse)
      if (key === undefined) return
      yield { key, value: JSON.parse(this.#texts.get(key) as string) }
      after = key
    }
  }

  async batch(operations: StoreOperation[], options?: AbortOptions): Promise<void> {
    this.#check(
      operations.map(operation => operation.key),
      options,
    )
    // Encoded first, so that a value that has no JSON form changes nothing.
    const texts = operations.map(operation =>
      operation.type === 'put' ? encodeStoreValue(operation.value) : undefined,
    )
    const removed = new Set<string>()
    operations.forEach(({ key }, index) => {
      const text = texts[index]
      if (text === undefined) {
        if (this.#texts.delete(key)) removed.add(key)
        // Removed before in this batch: its place in the order is still there.
      } else if (removed.delete(key)) this.#texts.set(key, text)
      else this.#set(key, text)
    })
    this.#forget(removed)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
  }

  #check(keys: string[], options: AbortOptions | undefined): void {
    options?.signal?.throwIfAborted()
    if (this.#isStopped) {
      throw new LumosError('storage-failed', 'The store was stopped.', { retryable: false })
    }
    for (const key of keys) assertStoreKey(key)
  }

  #set(key: string, text: string): void {
    if (!this.#texts.has(key)) this.#keys.splice(this.#lowerBound(key), 0, key)
    this.#texts.set(key, text)
  }

  /** Takes keys that have no value any more out of the order; many at once in one pass. */
  #forget(removed: Set<string>): void {
    if (removed.size > 8) this.#keys = this.#keys.filter(key => !removed.has(key))
    else for (const key of removed) this.#keys.splice(this.#lowerBound(key), 1)
  }

  /** The first key with `prefix` after `after`, in the order of the listing. */
  #next(prefix: string, after: string | undefined, reverse: boolean): string | undefined {
    let index: number
    if (reverse) {
      // '\x7f' follows every character that a key may hold.
      const end = `${prefix}\x7f`
      index = this.#lowerBound(after === undefined || after > end ? end : after) - 1
    } else {
      index = this.#lowerBound(after === undefined || after < prefix ? prefix : after)
      if (this.#keys[index] === after) index++
    }
    const key = this.#keys[index]
    return key?.startsWith(prefix) ? key : undefined
  }

  /** Index of the first key not before `key`. */
  #lowerBound(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#keys[middle] as string) < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
