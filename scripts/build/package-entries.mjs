import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Source file by output name, read from the `exports`, `imports` and `bin` of a package.json: the one list of
 * what is public.
 *
 * @param {string} packageDirectory
 * @returns {Record<string, string>} for example `{ 'presets/node': 'src/presets/node.ts' }`
 */
export function entriesOf(packageDirectory) {
  const manifest = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8'))
  const outputs = [...outputsIn(manifest.exports), ...outputsIn(manifest.imports), ...outputsIn(manifest.bin)]
  const entries = {}
  for (const output of new Set(outputs)) {
    const name = output.slice('./dist/'.length, -'.js'.length)
    const source = sourceOf(packageDirectory, name)
    if (source) entries[name] = source
  }
  return entries
}

/** Every `./dist/*.js` named anywhere below `node`. */
function outputsIn(node) {
  if (typeof node === 'string') return /^\.\/dist\/.*\.js$/.test(node) ? [node] : []
  return Object.values(node ?? {}).flatMap(outputsIn)
}

function sourceOf(packageDirectory, name) {
  const source = `src/${name}.ts`
  return existsSync(join(packageDirectory, source)) ? source : undefined
}
