import { type BuildOptions, build } from 'esbuild'
import { xgrammarInBrowsers } from '../../scripts/build/xgrammar-in-browsers.mjs'

export interface BundleOptions {
  /** Absolute path of the TypeScript that the page runs. */
  script: string
  /** Absolute paths of workers by file name: `{ 'inference-worker': … }` is served as `/inference-worker.js`. */
  workers?: Record<string, string>
}

const settings: BuildOptions = {
  bundle: true,
  write: false,
  splitting: true,
  format: 'esm',
  target: 'es2023',
  platform: 'browser',
  conditions: ['lumos-source'],
  outdir: '/',
  sourcemap: 'inline',
  logLevel: 'error',
  plugins: [xgrammarInBrowsers],
}

/** Bundles from source, as an app's bundler would. @returns file contents by URL path; the page's is `/page.js` */
export async function bundlePage(options: BundleOptions): Promise<Map<string, Uint8Array>> {
  const result = await build({ ...settings, entryPoints: { page: options.script, ...options.workers } })
  const files = new Map<string, Uint8Array>()
  for (const file of result.outputFiles ?? []) {
    files.set(file.path.replaceAll('\\', '/').replace(/^[A-Z]:/, ''), file.contents)
  }
  return files
}
