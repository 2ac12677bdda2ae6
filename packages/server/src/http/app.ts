import type { AccessKeeper, Identity } from '@lomusai/client-js'
import { createHttpHandler, type DescribedHost } from '@lomusai/client-js/host'
import type { SharedModels } from '@lomusai/client-js/inference'
import { Hono } from 'hono'
import { SharePermits } from '../models/share-permits.ts'
import { sharedModelRoutes } from '../models/shared-model-routes.ts'
import { Callers } from '../openai/callers.ts'
import { openAiRoutes } from '../openai/openai-routes.ts'
import { hostGuard } from './host-guard.ts'
import { securityHeaders } from './security-headers.ts'
import { uiFiles } from './ui-files.ts'

export interface AppOptions {
  host: DescribedHost
  /** The node's own. */
  identity: Identity
  access: Pick<AccessKeeper, 'listGrants'>
  isReady: () => boolean
  /** Whether `/v1` wants a key also where agents and models are public. */
  requiresKey: boolean
  corsOrigins: readonly string[]
  allowedHosts: readonly string[]
  /** What others may fetch of the models here. Absent: nothing. */
  sharedModels?: SharedModels
  /** Folder of the built UI. Absent: no UI. */
  uiDir?: string
}

/** The server's HTTP doors. @see docs/architecture/server.md */
export function createApp(options: AppOptions): Hono {
  const { host, isReady, corsOrigins, allowedHosts } = options
  const api = createHttpHandler(host, { describe: () => host.describe(), cors: { origins: corsOrigins } })
  const app = new Hono()
  app.use(hostGuard(allowedHosts))
  app.use(securityHeaders())
  app.get('/health', context => context.json({ status: 'ok' }))
  app.get('/ready', context =>
    isReady() ? context.json({ status: 'ready' }) : context.json({ status: 'stopping' }, 503),
  )
  app.all('/api/*', context => api(context.req.raw))
  const callers = new Callers(options)
  app.route('/v1', openAiRoutes(callers))
  const { sharedModels } = options
  if (sharedModels !== undefined) app.route('/', sharedModelRoutes(sharedModels, new SharePermits(callers)))
  app.route('/', uiFiles(options.uiDir))
  return app
}
