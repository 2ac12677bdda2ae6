import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hubShelf, type ModelId, openModelStore, openSharedModels } from '@lomusai/client-js/inference'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startApp } from './openai-fixture.ts'

const modelId = 'owner/name' as ModelId
const weights = Uint8Array.from({ length: 3_000_000 }, (_, index) => Math.imul(index, 2654435761) >>> 24)
const apiKeyOf = 'a-key-of-this-server-for-programs'

let directory: string
let stack: AsyncDisposableStack
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lumos-shared-'))
  stack = new AsyncDisposableStack()
})
afterEach(async () => {
  await stack.disposeAsync()
  await rm(directory, { recursive: true })
})

/** A hub with one model, already downloaded to `directory/a`, which the app shares. */
async function start({ gated = false, apiKey }: { gated?: boolean; apiKey?: string } = {}) {
  const hub = createServer((request, response) => {
    const siblings = [{ rfilename: 'onnx/model.onnx', size: weights.length }]
    const isFile = request.url?.endsWith('/model.onnx')
    response.end(isFile ? weights : JSON.stringify({ sha: 'abc123', gated, siblings }))
  })
  await new Promise<void>(resolve => hub.listen(0, '127.0.0.1', resolve))
  stack.defer(() => {
    hub.closeAllConnections()
    hub.close()
  })
  const cacheDirectory = join(directory, 'a')
  const baseUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`
  const folder = await hubShelf({ baseUrl, cacheDirectory }).open(modelId)
  await folder?.read('onnx/model.onnx')
  const sharedModels = await openSharedModels(cacheDirectory)
  return stack.use(await startApp([], { sharedModels, ...(apiKey !== undefined && { apiKey }) }))
}

it('gives its models to another node, which keeps the same folder', async () => {
  const app = await start()
  const cacheDirectory = join(directory, 'b')
  const store = await openModelStore({ hub: false, mirrors: [{ baseUrl: app.url }], cacheDirectory })
  const files = await store.open(modelId)
  expect(Buffer.compare((await files?.read('onnx/model.onnx')) ?? Buffer.of(), weights)).toBe(0)
  const { models } = await (await fetch(`${app.url}/shared/models`)).json()
  expect(models).toMatchObject([{ modelId, cid: (await store.list())[0]?.cid, revision: 'abc123' }])
  const [{ cid }] = models
  const block = await fetch(`${app.url}/ipfs/${cid}?format=raw`)
  expect(block.headers.get('content-type')).toBe('application/vnd.ipld.raw')
  expect(block.headers.get('cache-control')).toMatch(/^private/)
  expect((await fetch(`${app.url}/ipfs/${cid}`)).status).toBe(406)
  expect((await fetch(`${app.url}/ipfs/..%2f..%2fetc%2fpasswd?format=raw`)).status).toBe(404)
  expect((await fetch(`${app.url}/shared/models/owner/other`)).status).toBe(404)
})

it('gives nothing to whoever may not see its models, and all to who has a key', async () => {
  const app = await start({ apiKey: apiKeyOf })
  for (const path of ['/shared/models', `/shared/models/${modelId}`, '/ipfs/bafkreiabc?format=raw']) {
    expect((await fetch(app.url + path)).status, path).toBe(401)
    const headers = { authorization: 'Bearer not-the-key-of-this-server' }
    expect((await fetch(app.url + path, { headers })).status, path).toBe(401)
  }
  const mirrors = [{ baseUrl: app.url, token: apiKeyOf }]
  const store = await openModelStore({ hub: false, mirrors, cacheDirectory: join(directory, 'b') })
  const files = await store.open(modelId)
  expect(await files?.stat('onnx/model.onnx')).toEqual({ sizeBytes: weights.length })
})

it('does not hand on a model that the hub gates', async () => {
  const app = await start({ gated: true })
  expect(await (await fetch(`${app.url}/shared/models`)).json()).toEqual({ models: [] })
  const [{ cid } = { cid: '' }] = await (
    await openModelStore({ cacheDirectory: join(directory, 'a') })
  ).list()
  expect((await fetch(`${app.url}/ipfs/${cid}?format=raw`)).status).toBe(404)
})
