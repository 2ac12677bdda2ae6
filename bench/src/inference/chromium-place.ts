import { createReadStream, statSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { basename, dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { findBrowser } from '../../../scripts/command/find-browser.mjs'
import type { ContenderOptions, ContenderSpec } from './contender.ts'
import type { BenchPage } from './page.ts'
import type { Place } from './place.ts'

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** A browser of its own, with one page that is cross-origin isolated, so that each engine may use threads. */
export async function openChromiumPlace(spec: ContenderSpec, options: ContenderOptions): Promise<Place> {
  const server = await serve(folders(options.modelFolder))
  const executablePath = findBrowser()
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    ...(executablePath !== undefined && { executablePath }),
  })
  const close = async () => {
    await browser.close()
    await server.close()
  }
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(0)
    await page.goto(`${server.origin}/page.html`)
    const modelFolder = `/models/${basename(options.modelFolder)}`
    await page.evaluate(call => bench.open(...call), [spec, { ...options, modelFolder }] as const)
    return { run: (...call) => page.evaluate(sent => bench.run(...sent), call), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** In the page. */
declare const bench: BenchPage

/** Served folders by the start of their path. */
function folders(modelFolder: string): Record<string, string> {
  const require = createRequire(import.meta.url)
  const ofTransformers = createRequire(require.resolve('@huggingface/transformers'))
  const ofLumos = createRequire(require.resolve('@lomusai/client-js/package.json'))
  return {
    [`/models/${basename(modelFolder)}/`]: modelFolder,
    '/runtime/ours/': dirname(ofLumos.resolve('onnxruntime-web')),
    '/runtime/transformers/': dirname(ofTransformers.resolve('onnxruntime-web')),
    '/runtime/wllama/': dirname(require.resolve('@wllama/wllama/esm/wasm/wllama.wasm')),
    '/': fileURLToPath(new URL('page', import.meta.url)),
  }
}

async function serve(served: Record<string, string>) {
  const server = createServer(({ url = '/', method }, response) => {
    const path = new URL(url, 'http://localhost').pathname
    const start = Object.keys(served).find(prefix => path.startsWith(prefix)) ?? '/'
    const file = join(served[start] ?? '', normalize(`/${path.slice(start.length)}`))
    sendFile(response, file, method === 'HEAD')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>(resolve => void server.close(() => resolve())),
  }
}

function sendFile(response: ServerResponse, file: string, isHead: boolean): void {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat?.isFile()) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, {
    'content-length': stat.size,
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  })
  if (isHead) response.end()
  else createReadStream(file).pipe(response)
}
