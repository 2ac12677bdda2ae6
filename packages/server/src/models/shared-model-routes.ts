import { errorCodes, isLumosError } from '@lomusai/client-js'
import type { ContentId, SharedModels, StoredModel } from '@lomusai/client-js/inference'
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { SharePermits } from './share-permits.ts'

const blockType = 'application/vnd.ipld.raw'
const forever = 'private, max-age=29030400, immutable'

/**
 * The models here, for other nodes: `/shared/models` names them, `/ipfs/<cid>?format=raw` gives their blocks.
 *
 * @see spec/content.md#mirrors; IPFS Trustless Gateway Specification
 */
export function sharedModelRoutes(models: SharedModels, permits: SharePermits): Hono {
  const routes = new Hono()
  for (const path of ['/shared/*', '/ipfs/*']) {
    routes.use(path, async (context, next) => {
      await permits.require(context.req.header('authorization'))
      return next()
    })
  }
  routes.onError((error, context) => {
    const code = isLumosError(error) ? error.code : 'internal'
    const message = isLumosError(error) ? error.message : 'The server failed. Its log says why'
    return context.json({ code, message }, errorCodes[code].httpStatus as ContentfulStatusCode)
  })
  routes.get('/shared/models', async context =>
    context.json({ models: (await models.list()).map(description) }),
  )
  routes.get('/shared/models/:name{.+}', async context => {
    const name = context.req.param('name')
    const model = (await models.list()).find(({ modelId }) => modelId === name)
    return model === undefined ? context.notFound() : context.json(description(model))
  })
  routes.get('/ipfs/:cid', context => sendBlock(models, context))
  return routes
}

function description({ modelId, cid, revision, license, sizeBytes }: StoredModel): object {
  return { modelId, cid, revision, ...(license !== undefined && { license }), sizeBytes }
}

async function sendBlock(models: SharedModels, context: Context): Promise<Response> {
  const cid = context.req.param('cid') ?? ''
  const accepts = context.req.header('accept')?.includes(blockType) === true
  if (context.req.query('format') !== 'raw' && !accepts) {
    return context.text('This gateway gives blocks only: add ?format=raw', 406)
  }
  const block = await models.fetch(cid as ContentId)
  if (block === undefined) return context.text('No such block here', 404)
  return context.body(block as Uint8Array<ArrayBuffer>, 200, {
    'Content-Type': blockType,
    'Content-Disposition': `attachment; filename="${cid}.bin"`,
    'Cache-Control': forever,
    ETag: `"${cid}.raw"`,
    'X-Ipfs-Path': `/ipfs/${cid}`,
    'X-Content-Type-Options': 'nosniff',
  })
}
