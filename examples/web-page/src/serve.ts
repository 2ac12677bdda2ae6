// Bundles the page and serves it on loopback; prints its address.
import { context } from 'esbuild'

export async function serve(wantedPort = 0): Promise<{ url: string; stop: () => Promise<void> }> {
  const bundle = await context({
    entryPoints: ['src/page.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: '.',
    write: false,
    logLevel: 'error',
  })
  const { port } = await bundle.serve({ host: '127.0.0.1', port: wantedPort, servedir: '.' })
  return { url: `http://127.0.0.1:${port}`, stop: () => bundle.dispose() }
}

if (import.meta.main) console.log((await serve(8000)).url)
