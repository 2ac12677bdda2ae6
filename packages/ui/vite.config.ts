import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'
import { viteXGrammarInBrowsers } from '../../scripts/build/xgrammar-in-browsers.mjs'
import { licences } from './vite-licences.ts'
import { staticFolders } from './vite-static-folders.ts'

const here = dirname(fileURLToPath(import.meta.url))
const manifest: { version: string } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const ortFolder = dirname(fileURLToPath(import.meta.resolve('onnxruntime-web')))

/** Threads for WASM need an isolated page. The server sends the same two headers. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

const serverUrl = process.env.LUMOS_URL ?? 'http://127.0.0.1:4111'

export default defineConfig({
  root: here,
  plugins: [
    react(),
    tailwindcss(),
    viteXGrammarInBrowsers,
    licences(join(here, 'package.json')),
    staticFolders([
      { from: resolve(here, '../../models/lumos-nano'), to: 'models/lumos-nano', include: isModelFile },
      {
        from: resolve(here, '../../models/lumos-embeddings'),
        to: 'models/lumos-embeddings',
        include: isModelFile,
      },
      {
        from: ortFolder,
        to: 'ort',
        include: path => /^ort-wasm-simd-threaded(\.asyncify)?\.(wasm|mjs)$/.test(path),
      },
    ]),
  ],
  resolve: { conditions: ['lumos-source', 'onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  define: { __LUMOS_VERSION__: JSON.stringify(manifest.version) },
  worker: { format: 'es', plugins: () => [viteXGrammarInBrowsers] },
  build: { target: 'es2023', outDir: join(here, 'dist'), emptyOutDir: true, reportCompressedSize: true },
  server: { headers: isolation, port: 4112, proxy: { '/api': serverUrl } },
  preview: { headers: isolation, port: 4112, proxy: { '/api': serverUrl } },
})

/** What a transformers.js-style model folder needs at run time, without its package and training files. */
function isModelFile(path: string): boolean {
  return /\.(onnx|safetensors|json|jinja|txt)$/.test(path) && path !== 'package.json'
}
