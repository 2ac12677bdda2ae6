import { defineConfig } from 'tsup'
import { entriesOf } from '../../scripts/build/package-entries.mjs'
import { xgrammarInBrowsers } from '../../scripts/build/xgrammar-in-browsers.mjs'

/** One file per public subpath and per platform; shared code lands in chunks. */
export default defineConfig({
  entry: entriesOf(import.meta.dirname),
  outDir: 'dist',
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: process.env.LUMOS_BUILD_TYPES === '0' ? false : { compilerOptions: { ignoreDeprecations: '6.0' } },
  // Names of the package's `imports` are resolved by whoever runs the build, for its own platform.
  external: [/^#/, /^node:/],
  // Only browsers import it, and their bundlers cannot; Node reads it from node_modules.
  noExternal: ['@mlc-ai/web-xgrammar'],
  esbuildPlugins: [xgrammarInBrowsers],
})
