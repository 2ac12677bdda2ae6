/**
 * The receiving end: answers requests for the agents, threads, tools and models of one node, in a page, in Node or
 * in a server.
 *
 * ```ts
 * const store = new MemoryStore()
 * const host = createHost({
 *   identity: await createIdentity(),
 *   agents: [createAssistant({ models, tools })],
 *   tools,
 *   threads: new StoreThreads({ store }),
 *   models,
 *   store,
 * })
 * await host.start()
 * const client = createClient({ host })
 * ```
 *
 * @packageDocumentation
 */
export { assertStoreKey, defaultPublicCommands, encodeStoreValue, type JsonLimits } from './core/index.ts'
export * from './host/index.ts'
export * from './stores/index.ts'
export type { CorsOptions } from './transports/http/cors.ts'
export { createHttpHandler, type HttpHandlerOptions } from './transports/http/create-http-handler.ts'
