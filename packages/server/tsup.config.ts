import { defineConfig } from 'tsup'
import { entriesOf } from '../../scripts/build/package-entries.mjs'

export default defineConfig({
  entry: entriesOf(import.meta.dirname),
  outDir: 'dist',
  format: 'esm',
  target: 'node22',
  platform: 'node',
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: process.env.LUMOS_BUILD_TYPES === '0' ? false : { compilerOptions: { ignoreDeprecations: '6.0' } },
})
