// Bundles the benchmarks, so that what is measured is plain JavaScript as users run it.
import { copyFileSync } from 'node:fs'
import { build } from 'esbuild'

const requireShim =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);"

/** Runtimes with files of their own stay packages; so does what Node reads from them. */
const peers = [
  '@huggingface/transformers',
  '@mlc-ai/web-xgrammar',
  'onnxruntime-node',
  'onnxruntime-web',
  'playwright',
]

await build({
  entryPoints: [
    'src/request-path/main.ts',
    'src/request-path/answering-process.ts',
    'src/authorise/main.ts',
    'src/adaptation/main.ts',
    'src/inference/main.ts',
    'src/inference/node-process.ts',
    'src/start/main.ts',
    'src/start/node-process.ts',
  ],
  external: peers,
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  conditions: ['lumos-source'],
  banner: { js: requireShim },
  logLevel: 'warning',
})

await build({
  entryPoints: { page: 'src/inference/page.ts', 'inference-worker': '@lomusai/client-js/inference/worker' },
  outdir: 'dist/inference/page',
  bundle: true,
  splitting: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2024',
  conditions: ['lumos-source', 'browser'],
  // Asked for in Node only.
  external: ['module', 'url'],
  logLevel: 'warning',
})
copyFileSync('src/inference/page.html', 'dist/inference/page/page.html')
