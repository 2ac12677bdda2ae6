import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, resolve, sep } from 'node:path'

export interface PageServerOptions {
  /** Contents by URL path. */
  files: Map<string, Uint8Array>
  /** Folders on disk by URL prefix, for example `{ '/ort/': '…/onnxruntime-web/dist' }`. */
  folders?: Record<string, string>
}

export interface PageServer extends AsyncDisposable {
  /** Origin, on 127.0.0.1 and a free port. */
  readonly url: string
}

const page = '<!doctype html><html lang="en"><meta charset="utf-8"><title>test page</title><body>'
const pageWithScript = `${page}<script type="module" src="/page.js"></script>`

const mediaTypes: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.html': 'text/html; charset=utf-8',
}

/** Serves an isolated page (COOP and COEP), its scripts and some folders. `/blank` is the page without script. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    void answer(path, options, response)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<unknown>(done => server.close(done))
    },
  }
}

async function answer(path: string, options: PageServerOptions, response: ServerResponse): Promise<void> {
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cross-origin-embedder-policy', 'require-corp')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  const body = path === '/' ? pageWithScript : path === '/blank' ? page : await find(path, options)
  if (body === undefined) {
    response.writeHead(404).end()
    return
  }
  const name = path === '/' || path === '/blank' ? '.html' : extname(path)
  response.setHeader('content-type', mediaTypes[name] ?? 'application/octet-stream')
  response.end(body)
}

async function find(path: string, options: PageServerOptions): Promise<Uint8Array | undefined> {
  const file = options.files.get(path)
  if (file) return file
  for (const [prefix, folder] of Object.entries(options.folders ?? {})) {
    const target = normalize(join(folder, path.slice(prefix.length)))
    if (!path.startsWith(prefix) || !target.startsWith(resolve(folder) + sep)) continue
    return readFile(target).catch(() => undefined)
  }
  return undefined
}
