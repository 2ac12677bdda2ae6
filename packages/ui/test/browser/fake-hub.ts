import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, Route } from '@playwright/test'

const origin = 'https://huggingface.co'
const commit = 'abc123'
const paths = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'onnx/model_int8.onnx',
]

/** Lets the page's hub hold one model: the tiny one, under a name of the hub's. */
export async function serveHub(page: Page, modelId: string): Promise<void> {
  const folder = join(import.meta.dirname, '../../../../models/lumos-nano')
  const files = await Promise.all(
    paths.map(async path => [path, await readFile(join(folder, path))] as const),
  )
  const siblings = files.map(([path, bytes]) => describe(path, bytes))
  await page.route(`${origin}/**`, async route => {
    const { pathname } = new URL(route.request().url())
    if (pathname === `/api/models/${modelId}/revision/main`) {
      return route.fulfill({
        json: { sha: commit, cardData: { license: 'apache-2.0' }, siblings },
        headers: anyOrigin,
      })
    }
    const bytes = new Map(files).get(pathname.replace(`/${modelId}/resolve/${commit}/`, ''))
    return bytes === undefined ? route.fulfill({ status: 404, headers: anyOrigin }) : fulfil(route, bytes)
  })
}

const anyOrigin = { 'access-control-allow-origin': '*' }

/** Large files are known by SHA-256, small ones by git's hash. */
function describe(path: string, bytes: Buffer): object {
  const size = bytes.length
  if (path.endsWith('.onnx')) {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { rfilename: path, size, lfs: { size, sha256 } }
  }
  const blobId = createHash('sha1').update(`blob ${size}\0`).update(bytes).digest('hex')
  return { rfilename: path, size, blobId }
}

async function fulfil(route: Route, bytes: Buffer): Promise<void> {
  const { range } = route.request().headers()
  if (range === undefined) return route.fulfill({ body: bytes, headers: anyOrigin })
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
  const [start, end] = [Number(from), to === '' ? bytes.length : Number(to) + 1]
  return route.fulfill({
    status: 206,
    body: bytes.subarray(start, end),
    headers: { ...anyOrigin, 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` },
  })
}
