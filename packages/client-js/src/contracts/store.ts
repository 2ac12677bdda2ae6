import type { AbortOptions } from './abort-options.ts'
import type { JsonValue } from './json.ts'

export type StoreOperation = { type: 'put'; key: string; value: JsonValue } | { type: 'delete'; key: string }

export interface ListOptions extends AbortOptions {
  prefix: string
  /** Only keys strictly after this one, in the order of the listing. */
  after?: string
  /** @default no limit */
  limit?: number
  /** @default false */
  reverse?: boolean
}

/**
 * Durable JSON by key. Keys are 1 to 512 printable ASCII characters (0x21–0x7e), ordered by byte.
 * A resolved write is durable; a rejected one changed nothing.
 *
 * @throws {LumosError} `storage-failed`; `invalid-request` for a bad key
 */
export interface Store {
  get(key: string, options?: AbortOptions): Promise<JsonValue | undefined>
  put(key: string, value: JsonValue, options?: AbortOptions): Promise<void>
  /** Resolves to false, and changes nothing, when the key exists. Atomic: of many callers one wins. */
  putIfAbsent(key: string, value: JsonValue, options?: AbortOptions): Promise<boolean>
  /** Deleting what is not there is fine. */
  delete(key: string, options?: AbortOptions): Promise<void>
  list(options: ListOptions): AsyncIterable<{ key: string; value: JsonValue }>
  /** All or nothing, in order. */
  batch(operations: StoreOperation[], options?: AbortOptions): Promise<void>
  stop(): Promise<void>
}
