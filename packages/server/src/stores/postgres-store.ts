import {
  type AbortOptions,
  type JsonValue,
  type ListOptions,
  LumosError,
  type Store,
  type StoreOperation,
} from '@lomusai/client-js'
import { assertStoreKey, encodeStoreValue } from '@lomusai/client-js/host'
import type { SqlClient } from './sql-client.ts'

/** Rows fetched at once by `list`. */
const pageSize = 200

/**
 * A {@link Store} in one PostgreSQL table. Values are JSON text, since `jsonb` refuses the `\u0000` that a JSON
 * string may hold; keys collate by byte.
 */
export class PostgresStore implements Store {
  readonly #client: SqlClient
  #isStopped = false

  private constructor(client: SqlClient) {
    this.#client = client
  }

  /** Resolves to a store whose table exists. The store owns `client` and closes it. */
  static async open(client: SqlClient): Promise<PostgresStore> {
    await client.query(
      'create table if not exists lumos_entries (key text collate "C" primary key, value text not null)',
    )
    return new PostgresStore(client)
  }

  async get(key: string, options?: AbortOptions): Promise<JsonValue | undefined> {
    assertStoreKey(key)
    const [row] = await this.#run(options, () =>
      this.#client.query('select value from lumos_entries where key = $1', [key]),
    )
    return row === undefined ? undefined : parse(row.value)
  }

  async put(key: string, value: JsonValue, options?: AbortOptions): Promise<void> {
    await this.batch([{ type: 'put', key, value }], options)
  }

  async putIfAbsent(key: string, value: JsonValue, options?: AbortOptions): Promise<boolean> {
    assertStoreKey(key)
    const rows = await this.#run(options, () =>
      this.#client.query(
        'insert into lumos_entries values ($1, $2) on conflict (key) do nothing returning key',
        [key, encodeStoreValue(value)],
      ),
    )
    return rows.length > 0
  }

  async delete(key: string, options?: AbortOptions): Promise<void> {
    await this.batch([{ type: 'delete', key }], options)
  }

  async *list(options: ListOptions): AsyncIterable<{ key: string; value: JsonValue }> {
    const { prefix, reverse = false } = options
    let after = options.after
    let left = options.limit ?? Number.POSITIVE_INFINITY
    while (left > 0) {
      const limit = Math.min(left, pageSize)
      const rows = await this.#run(options, () =>
        this.#client.query(pageQuery(reverse), [prefix, `${prefix}\u007f`, after ?? null, limit]),
      )
      for (const row of rows) yield { key: String(row.key), value: parse(row.value) }
      if (rows.length < limit) return
      left -= rows.length
      after = String(rows.at(-1)?.key)
    }
  }

  async batch(operations: StoreOperation[], options?: AbortOptions): Promise<void> {
    for (const { key } of operations) assertStoreKey(key)
    const last = new Map(operations.map(operation => [operation.key, operation]))
    const puts = [...last.values()].filter(operation => operation.type === 'put')
    const deletes = [...last.values()].filter(operation => operation.type === 'delete')
    const values = puts.map(({ value }) => encodeStoreValue(value))
    await this.#run(options, () =>
      this.#client.query(
        `with gone as (delete from lumos_entries where key = any($1::text[]))
         insert into lumos_entries select * from unnest($2::text[], $3::text[])
         on conflict (key) do update set value = excluded.value`,
        [deletes.map(({ key }) => key), puts.map(({ key }) => key), values],
      ),
    )
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    await this.#client.close()
  }

  async #run<T>(options: AbortOptions | undefined, work: () => Promise<T>): Promise<T> {
    options?.signal?.throwIfAborted()
    if (this.#isStopped) throw new LumosError('storage-failed', 'This store was stopped')
    try {
      return await work()
    } catch (cause) {
      throw new LumosError('storage-failed', 'The database refused; see the server log for the cause', {
        cause,
      })
    }
  }
}

function pageQuery(reverse: boolean): string {
  const [comparison, order] = reverse ? ['<', 'desc'] : ['>', 'asc']
  return `select key, value from lumos_entries
    where key >= $1 and key < $2 and ($3::text is null or key ${comparison} $3)
    order by key ${order} limit $4`
}

function parse(value: unknown): JsonValue {
  return JSON.parse(String(value)) as JsonValue
}
