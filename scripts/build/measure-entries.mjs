import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/**
 * @typedef {object} EntrySize - gzip bytes
 * @property {string} subpath - as an app imports it, `.` for the package itself
 * @property {number} ownBytes - our code, loaded at once
 * @property {number} startBytes - our code and its packages, loaded at once
 * @property {number} allBytes - that and everything imported dynamically
 * @property {string[]} startInputs - files of `startBytes`
 */

/** Packages that only run in Node or in a test runner. */
const outside = ['vitest', 'node:*']

/** @returns {Promise<EntrySize[]>} one per JavaScript subpath of the built package */
export async function measureEntries(packageDirectory) {
  const { exports } = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8'))
  const subpaths = Object.keys(exports).filter(subpath => exports[subpath].default)
  return Promise.all(
    subpaths.map(async subpath => {
      const file = resolve(packageDirectory, exports[subpath].default)
      const forNode = /node|testing/.test(subpath)
      const [own, all] = await Promise.all([
        bundle(file, forNode, { packages: 'external' }),
        bundle(file, forNode, { external: outside }),
      ])
      const [ownAtOnce, atOnce] = [own, all].map(result => outputsLoadedAtOnce(result, file))
      return {
        subpath,
        ownBytes: gzipBytes(own, ownAtOnce),
        startBytes: gzipBytes(all, atOnce),
        allBytes: gzipBytes(all, Object.keys(all.metafile.outputs)),
        startInputs: atOnce.flatMap(path => Object.keys(all.metafile.outputs[path].inputs)),
      }
    }),
  )
}

function bundle(file, forNode, options) {
  return build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2023',
    platform: forNode ? 'node' : 'browser',
    outdir: 'sizes',
    logLevel: 'error',
    ...options,
  })
}

/** The entry and the chunks it imports statically, transitively. */
function outputsLoadedAtOnce({ metafile: { outputs } }, file) {
  // Dynamically imported files are entry points too, even where what imports them fell away.
  const start = Object.keys(outputs).filter(path => {
    const { entryPoint } = outputs[path]
    return entryPoint !== undefined && resolve(entryPoint) === file
  })
  const loaded = new Set(start)
  for (const path of loaded) {
    for (const { kind, external, path: target } of outputs[path].imports) {
      if (kind === 'import-statement' && !external) loaded.add(target)
    }
  }
  return [...loaded]
}

function gzipBytes({ outputFiles }, paths) {
  const wanted = new Set(paths.map(path => resolve(path)))
  return outputFiles
    .filter(file => wanted.has(file.path))
    .reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0)
}
