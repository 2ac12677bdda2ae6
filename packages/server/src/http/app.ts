import type { LumosClient } from '@lomusai/client-js'
import { createHttpHandler, type DescribedHost } from '@lomusai/client-js/host'
import { Hono } from 'hono'
import { openAiRoutes } from '../openai/openai-routes.ts'
import { hostGuard } from './host-guard.ts'
import { securityHeaders } from './security-headers.ts'
import { uiFiles } from './ui-files.ts'

export interface AppOptions {
  host: DescribedHost
  /** Asks `host` as the node itself; what `/v1` speaks through. */
  client: LumosClient
  isReady: () => boolean
  apiKey?: string
  corsOrigins: readonly string[]
  allowedHosts: readonly string[]
  /** Folder of the built UI. Absent: no UI. */
  uiDir?: string
}

/** The server's HTTP doors. @see docs/architecture/server.md */
export function createApp(options: AppOptions): Hono {
  const { host, client, isReady, apiKey, corsOrigins, allowedHosts } = options
  const api = createHttpHandler(host, { describe: () => host.describe(), cors: { origins: corsOrigins } })
  const app = new Hono()
  app.use(hostGuard(allowedHosts))
  app.use(securityHeaders())
  app.get('/health', context => context.json({ status: 'ok' }))
  app.get('/ready', context =>
    isReady() ? context.json({ status: 'ready' }) : context.json({ status: 'stopping' }, 503),
  )
  app.all('/api/*', context => api(context.req.raw))
  app.route('/v1', openAiRoutes(apiKey === undefined ? { client } : { client, apiKey }))
  app.route('/', uiFiles(options.uiDir))
  return app
}
