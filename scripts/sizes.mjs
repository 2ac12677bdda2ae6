// npm run size: what each public entry costs an app, bundled and minified from dist. Fails above the limits.
import { fileURLToPath } from 'node:url'
import { measureEntries } from './build/measure-entries.mjs'

/** Gzip bytes of our own code that an app loads at once. The client's includes every package it needs. */
const limits = { '.': 25_000 }

/** Packages that no app gets by importing the client. */
const heavy =
  /node_modules\/(libp2p|@libp2p|@multiformats|onnxruntime-[^/]+|@huggingface|mathjs|decimal.js|zod)\//

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const entries = await measureEntries('packages/client-js')
const kilobytes = bytes => (bytes / 1000).toFixed(1).padStart(8)

console.log(`${'entry'.padEnd(20)} own code  with its packages  and what loads later   (kB, gzip)`)
for (const { subpath, ownBytes, startBytes, allBytes } of entries) {
  console.log(
    `${subpath.padEnd(20)} ${kilobytes(ownBytes)}  ${kilobytes(startBytes).padStart(17)}  ${kilobytes(allBytes).padStart(20)}`,
  )
}

const problems = entries.flatMap(({ subpath, startBytes, startInputs }) => {
  const limit = limits[subpath]
  if (limit === undefined) return []
  const tooHeavy = startInputs.filter(path => heavy.test(path))
  return [
    ...(startBytes > limit ? [`${subpath} is ${startBytes} bytes, over its limit of ${limit}`] : []),
    ...tooHeavy.map(path => `${subpath} loads ${path} at once`),
  ]
})
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
