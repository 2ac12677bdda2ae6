import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'

export interface StaticFilesOptions {
  /** The built UI; absent when it is not installed. */
  uiDir?: string
  /** Folders of models served to browsers, by model id. */
  modelDirs: ReadonlyMap<string, string>
}

/** The UI at `/`, with its client-side routes, and model files under `/models/<id>/`. */
export function staticFiles({ uiDir, modelDirs }: StaticFilesOptions): Hono {
  const files = new Hono()
  for (const [modelId, root] of modelDirs) {
    const prefix = `/models/${modelId}`
    files.use(`${prefix}/*`, async (context, next) => {
      await next()
      context.header('Cache-Control', 'no-cache')
    })
    files.get(`${prefix}/*`, serveStatic({ root, rewriteRequestPath: path => path.slice(prefix.length) }))
    files.get(`${prefix}/*`, context => context.text('No such model file', 404))
  }
  if (uiDir === undefined) {
    files.get('/', context => context.text('The UI is not built. Run: npm run build'))
    return files
  }
  files.use('/assets/*', async (context, next) => {
    await next()
    if (context.res.ok) context.header('Cache-Control', 'public, max-age=31536000, immutable')
  })
  files.get('*', serveStatic({ root: uiDir }))
  files.get('/assets/*', context => context.text('No such file', 404))
  files.get('*', serveStatic({ root: uiDir, path: 'index.html' }))
  return files
}
