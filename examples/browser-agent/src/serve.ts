// Bundles the page and its worker, and serves them with the model and the WASM runtime; prints the address.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join, normalize, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

const folderOf = (specifier: string) => dirname(fileURLToPath(import.meta.resolve(specifier)))

/** Folders by URL prefix. */
const folders = {
  '/models/lumos-nano/': folderOf('@lomusai/nano/package.json'),
  '/ort/': folderOf('onnxruntime-web'),
}

export async function serve(port = 0): Promise<{ url: string; stop: () => void }> {
  const scripts = await bundle()
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
    // With these two the page is isolated, and WASM may use threads.
    response.setHeader('cross-origin-opener-policy', 'same-origin')
    response.setHeader('cross-origin-embedder-policy', 'require-corp')
    response.setHeader('content-type', mediaTypes[extname(path) || '.html'] ?? 'application/octet-stream')
    const script = scripts.get(path)
    if (script === undefined) void sendFile(path, response)
    else response.end(script)
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, stop: () => void server.close().closeAllConnections() }
}

async function bundle(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: {
      page: fileURLToPath(new URL('page.ts', import.meta.url)),
      'inference-worker': '@lomusai/client-js/inference/worker',
    },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    outdir: '/',
    write: false,
    logLevel: 'error',
  })
  return new Map(outputFiles.map(({ path, contents }) => [path.replaceAll('\\', '/'), contents]))
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const [prefix, folder] = Object.entries(folders).find(([start]) => path.startsWith(start)) ?? []
  const own = fileURLToPath(new URL('../index.html', import.meta.url))
  const file = folder && prefix ? normalize(join(folder, path.slice(prefix.length))) : path === '/' && own
  const isInside = file === own || (file && folder && file.startsWith(folder + sep))
  const isFile = isInside && (await stat(file).catch(() => undefined))?.isFile()
  if (isFile) createReadStream(file).pipe(response)
  else response.writeHead(404).end()
}

if (import.meta.main) console.log((await serve(8000)).url)
