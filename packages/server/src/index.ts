/**
 * lumos_server: HTTP and libp2p listeners, a database and the UI around a Lumos-X host.
 *
 * @example
 * ```ts
 * import { configFromEnvironment, createLogger, createServer } from '@lomusai/server'
 *
 * const server = await createServer(configFromEnvironment(process.env), createLogger('info'))
 * await server.start()
 * console.log(server.url)
 * ```
 * @module
 */
export { createLogger } from './logger.ts'
export { createServer, type LumosServer } from './lumos-server.ts'
export { configFromEnvironment, type ServerConfig } from './server-config.ts'
export { openPglite } from './stores/pglite-client.ts'
export { PostgresStore } from './stores/postgres-store.ts'
export type { SqlClient, SqlRow } from './stores/sql-client.ts'
