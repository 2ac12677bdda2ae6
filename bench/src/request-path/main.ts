import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
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
  await libp2pPath({
    name: 'Lumos libp2p TCP, running a tool',
    baseline: 'raw libp2p TCP',
    address: addresses.tcp,
    call: 'run',
  }),
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

function eachPath<Result>(measure: (path: Path) => Promise<Result>): Record<string, () => Promise<Result>> {
  return Object.fromEntries(paths.map(path => [path.name, () => measure(path)]))
}

/** Processor time of both ends so far, in microseconds. */
async function cpuUs(): Promise<number> {
  answering.send('cpu')
  const [answeringUs] = (await once(answering, 'message')) as [number]
  const { user, system } = process.cpuUsage()
  return answeringUs + user + system
}

async function timeCalls({ call }: Path): Promise<{ ms: number; cpuUs: number }> {
  const count = 100
  const before = await cpuUs()
  const ms = await timeEach(count, call)
  return { ms, cpuUs: ((await cpuUs()) - before) / count }
}

const streaming = Object.fromEntries(
  paths.flatMap(({ name, readTokens }) =>
    readTokens ? [[name, async () => ((await timeEach(5, readTokens)) * 1000) / tokenCount]] : [],
  ),
)

const calls = Object.entries(await interleave(eachPath(timeCalls), measurement))
const results: Results = {
  measuredAt: new Date().toISOString(),
  machine: { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length },
  paths: pathsOf(paths),
  callMs: Object.fromEntries(calls.map(([name, rounds]) => [name, rounds.map(({ ms }) => ms)])),
  callCpuUs: Object.fromEntries(calls.map(([name, rounds]) => [name, rounds.map(({ cpuUs }) => cpuUs)])),
  callsPerSecond: await interleave(
    eachPath(path => callsPerSecond(500, 32, path.call)),
    measurement,
  ),
  tokenUs: await interleave(streaming, measurement),
}

for (const path of paths) await path[Symbol.asyncDispose]()
answering.disconnect()

console.log(table(results))
if (process.argv.includes('--write')) {
  mkdirSync(place('../../results'), { recursive: true })
  writeFileSync(place('../../results/request-path.json'), `${JSON.stringify(results, null, 1)}\n`)
  const readme = readFileSync(place('../../README.md'), 'utf8')
  const marked = /(<!-- request-path -->\n)[\s\S]*?(<!-- \/request-path -->)/
  writeFileSync(place('../../README.md'), readme.replace(marked, `$1${table(results)}\n$2`))
}
