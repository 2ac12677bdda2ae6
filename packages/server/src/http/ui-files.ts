import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'

const forever = 'public, max-age=31536000, immutable'

/** The UI at `/`; paths that are no file are the page's own routes. */
export function uiFiles(root: string | undefined): Hono {
  const files = new Hono()
  if (root === undefined) {
    files.get('/', context => context.text('The UI is not built. Run: npm run build', 503))
    return files
  }
  files.use('*', async (context, next) => {
    await next()
    // Names below assets/ carry a hash of what they hold.
    const isHashed = context.req.path.startsWith('/assets/') && context.res.ok
    context.header('Cache-Control', isHashed ? forever : 'no-cache')
  })
  files.get('*', serveStatic({ root }))
  files.get('*', async (context, next) => {
    if (/\.[a-z0-9]+$/i.test(context.req.path)) return context.text('No such file', 404)
    return next()
  })
  files.get('*', serveStatic({ root, path: 'index.html' }))
  return files
}
