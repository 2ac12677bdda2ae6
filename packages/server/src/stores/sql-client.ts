export type SqlRow = Record<string, unknown>

/** The little SQL that {@link PostgresStore} needs, so that PGlite and a PostgreSQL server both fit. */
export interface SqlClient {
  /** `$1`-style parameters. Resolves to the rows. */
  query(text: string, parameters?: unknown[]): Promise<SqlRow[]>
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (client: Pick<SqlClient, 'query'>) => Promise<T>): Promise<T>
  close(): Promise<void>
}
