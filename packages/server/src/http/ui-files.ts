import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono } from 'hono'

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
    if (isUnchanged(context)) await answerUnchanged(context)
  })
  files.get('*', serveStatic({ root }))
  files.get('*', async (context, next) => {
    if (/\.[a-z0-9]+$/i.test(context.req.path)) return context.text('No such file', 404)
    return next()
  })
  files.get('*', serveStatic({ root, path: 'index.html' }))
  return files
}

/** Whether the browser has this file as it is: a runtime and a model are megabytes. @see RFC 9110 section 13.1.3 */
function isUnchanged({ req, res }: Context): boolean {
  const known = req.header('If-Modified-Since')
  return known !== undefined && res.status === 200 && res.headers.get('Last-Modified') === known
}

async function answerUnchanged(context: Context): Promise<void> {
  const { body, headers } = context.res
  await body?.cancel()
  const kept = [...headers].filter(([name]) => name !== 'content-length')
  context.res = undefined
  context.res = new Response(null, { status: 304, headers: kept })
}
