import { PGlite } from '@electric-sql/pglite'
import type { SqlClient, SqlRow } from './sql-client.ts'

/**
 * Resolves to PostgreSQL running in this process.
 *
 * @param dataDir - a folder, made when absent; absent keeps everything in memory
 */
export async function openPglite(dataDir?: string): Promise<SqlClient> {
  const database = await PGlite.create(dataDir === undefined ? {} : { dataDir })
  return {
    async query(text, parameters) {
      return (await database.query<SqlRow>(text, parameters)).rows
    },
    transaction(work) {
      return database.transaction(transaction =>
        work({
          async query(text, parameters) {
            return (await transaction.query<SqlRow>(text, parameters)).rows
          },
        }),
      )
    },
    close: () => database.close(),
  }
}
