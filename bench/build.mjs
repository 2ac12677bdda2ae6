// Bundles the benchmarks, so that what is measured is plain JavaScript as users run it.
import { build } from 'esbuild'

const requireShim =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

await build({
  entryPoints: ['src/request-path/main.ts', 'src/request-path/answering-process.ts', 'src/authorise/main.ts'],
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
