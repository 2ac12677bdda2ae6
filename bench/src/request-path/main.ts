import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Addresses, tokenCount } from './addresses.ts'
import { httpPath, inProcessPath, libp2pPath } from './lumos-path.ts'
import { callsPerSecond, interleave, type Measurement, timeEach } from './measure.ts'
import type { Path } from './path.ts'
import { rawHttpPath } from './raw-http-path.ts'
import { rawLibp2pPath, rawLibp2pPerCallPath } from './raw-libp2p-path.ts'
import { pathsOf, type Results, table } from './report.ts'

const place = (name: string) => new URL(name, import.meta.url)

/** The other end runs in a process of its own, as a peer or server does. */
const answering = fork(fileURLToPath(place('answering-process.mjs')))
const [addresses] = (await once(answering, 'message')) as [Addresses]

const paths: Path[] = [
  rawHttpPath(addresses.rawHttp),
  await httpPath({ name: 'Lumos HTTP+SSE', baseline: 'raw HTTP', address: addresses.http }),
  await rawLibp2pPath('raw libp2p TCP', addresses.rawTcp),
  await libp2pPath({ name: 'Lumos libp2p TCP', baseline: 'raw libp2p TCP', address: addresses.tcp }),
  await rawLibp2pPerCallPath('raw libp2p TCP, new stream per call', addresses.rawTcp),
  await rawLibp2pPath('raw libp2p WebSocket', addresses.rawWebSocket),
  await libp2pPath({
    name: 'Lumos libp2p WebSocket',
    baseline: 'raw libp2p WebSocket',
    address: addresses.websocket,
  }),
  await inProcessPath({ name: 'Lumos in process', baseline: 'Lumos in process', address: 'in-process:' }),
]

const measurement: Measurement = { rounds: Number(process.env.ROUNDS ?? 15), warmUpRounds: 2 }

function eachPath(measure: (path: Path) => Promise<number>): Record<string, () => Promise<number>> {
  return Object.fromEntries(paths.map(path => [path.name, () => measure(path)]))
}

const streaming = Object.fromEntries(
  paths.flatMap(({ name, readTokens }) =>
    readTokens ? [[name, async () => ((await timeEach(10, readTokens)) * 1000) / tokenCount]] : [],
  ),
)

const results: Results = {
  measuredAt: new Date().toISOString(),
  machine: { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length },
  paths: pathsOf(paths),
  callMs: await interleave(
    eachPath(path => timeEach(200, path.call)),
    measurement,
  ),
  callsPerSecond: await interleave(
    eachPath(path => callsPerSecond(1000, 32, path.call)),
    measurement,
  ),
  tokenUs: await interleave(streaming, measurement),
}

for (const path of paths) await path[Symbol.asyncDispose]()
answering.disconnect()

console.log(table(results))
if (process.argv.includes('--write')) {
  writeFileSync(place('../../results/request-path.json'), `${JSON.stringify(results, null, 1)}\n`)
  const readme = readFileSync(place('../../README.md'), 'utf8')
  const marked = /(<!-- request-path -->\n)[\s\S]*?(<!-- \/request-path -->)/
  writeFileSync(place('../../README.md'), readme.replace(marked, `$1${table(results)}\n$2`))
}
