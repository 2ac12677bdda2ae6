import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs'
import type { JsonValue, ListOptions, Store, StoreOperation } from '../../src/contracts/index.ts'
import { MemoryStore } from '../../src/stores/memory-store.ts'

/** A store in one file, a line per batch, written through before it resolves: it survives SIGKILL. For tests only. */
export class LogFileStore implements Store {
  readonly #memory = new MemoryStore()
  readonly #file: number

  private constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  static async open(path: string): Promise<LogFileStore> {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const store = new LogFileStore(path)
    // The last line may be torn: then it was never acknowledged.
    for (const line of text.split('\n').slice(0, -1)) await store.#memory.batch(JSON.parse(line))
    return store
  }

  get(key: string): Promise<JsonValue | undefined> {
    return this.#memory.get(key)
  }

  put(key: string, value: JsonValue): Promise<void> {
    return this.batch([{ type: 'put', key, value }])
  }

  async putIfAbsent(key: string, value: JsonValue): Promise<boolean> {
    if (!(await this.#memory.putIfAbsent(key, value))) return false
    await this.put(key, value)
    return true
  }

  delete(key: string): Promise<void> {
    return this.batch([{ type: 'delete', key }])
  }

  list(options: ListOptions): AsyncIterable<{ key: string; value: JsonValue }> {
    return this.#memory.list(options)
  }

  async batch(operations: StoreOperation[]): Promise<void> {
    appendFileSync(this.#file, `${JSON.stringify(operations)}\n`)
    fsyncSync(this.#file)
    await this.#memory.batch(operations)
  }

  async stop(): Promise<void> {
    closeSync(this.#file)
    await this.#memory.stop()
  }
}
