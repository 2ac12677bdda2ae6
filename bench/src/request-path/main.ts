import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Addresses, tokenCount } from './addresses.ts'
import { checkResults } from './check-results.ts'
import { callsPerSecond, interleave, type Measurement, timeEach } from './measure.ts'
import { createMeasuredPaths } from './measured-paths.ts'
import type { Path } from './path.ts'
import { pathsOf, type Results, table } from './report.ts'

/** `--check` sees that everything can be measured, and is not a measurement. */
const isCheck = process.argv.includes('--check')
const measurement: Measurement = isCheck
  ? { rounds: 2, warmUpRounds: 0 }
  : { rounds: Number(process.env.ROUNDS ?? 15), warmUpRounds: 2 }
const counts = isCheck
  ? { warmUpCalls: 1, calls: 20, callsAtOnce: 64, streams: 1 }
  : { warmUpCalls: 1000, calls: 100, callsAtOnce: 500, streams: 5 }

const place = (name: string) => new URL(name, import.meta.url)

/** The other end runs in a process of its own, as a peer or server does. */
const answering = fork(fileURLToPath(place('answering-process.mjs')))
const [addresses] = (await once(answering, 'message')) as [Addresses]

const only = process.env.ONLY ?? ''
const allPaths = await createMeasuredPaths(addresses)
const chosen = new Set(allPaths.filter(({ name }) => name.includes(only)).flatMap(namesOf))
const paths = allPaths.filter(({ name }) => chosen.has(name))

function namesOf({ name, baselines }: Path): string[] {
  return [name, ...baselines]
}

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
  const before = await cpuUs()
  const ms = await timeEach(counts.calls, call)
  return { ms, cpuUs: ((await cpuUs()) - before) / counts.calls }
}

const streaming = Object.fromEntries(
  paths.flatMap(({ name, readTokens }) =>
    readTokens
      ? [[name, async () => ((await timeEach(counts.streams, readTokens)) * 1000) / tokenCount]]
      : [],
  ),
)

// So that the compiler is done with the longer paths too; in their first hundreds of calls it still works beside them.
for (const { call } of paths) await timeEach(counts.warmUpCalls, call)
const calls = Object.entries(await interleave(eachPath(timeCalls), measurement))
const results: Results = {
  measuredAt: new Date().toISOString(),
  machine: { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length },
  paths: pathsOf(paths),
  callMs: Object.fromEntries(calls.map(([name, rounds]) => [name, rounds.map(({ ms }) => ms)])),
  callCpuUs: Object.fromEntries(calls.map(([name, rounds]) => [name, rounds.map(({ cpuUs }) => cpuUs)])),
  callsPerSecond: await interleave(
    eachPath(path => callsPerSecond(counts.callsAtOnce, 32, path.call)),
    measurement,
  ),
  tokenUs: await interleave(streaming, measurement),
}

for (const path of allPaths) await path[Symbol.asyncDispose]()
answering.disconnect()

console.log(table(results))
if (isCheck) {
  const problems = checkResults(results, measurement.rounds)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
} else if (process.argv.includes('--write')) {
  mkdirSync(place('../../results'), { recursive: true })
  writeFileSync(place('../../results/request-path.json'), `${JSON.stringify(results, null, 1)}\n`)
  const readme = readFileSync(place('../../README.md'), 'utf8')
  const marked = /(<!-- request-path -->\n)[\s\S]*?(<!-- \/request-path -->)/
  writeFileSync(place('../../README.md'), readme.replace(marked, `$1${table(results)}\n$2`))
}
