import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { checkResults } from './check-results.ts'
import type { Runtime } from './contender.ts'
import { checkEntries, type Entry, entriesOf } from './contenders.ts'
import { measureScenario } from './measure-scenario.ts'
import { smolLmFolder } from './model-folder.ts'
import { checkSizes, readSizes } from './read-sizes.ts'
import { type RuntimeResults, tables } from './report.ts'
import type { ScenarioName } from './scenarios.ts'

/** `--check` sees that everything answers, with lumos-nano and a handful of tokens, and is not a measurement. */
const isCheck = process.argv.includes('--check')
const isWritten = process.argv.includes('--write') && !isCheck
const only = (process.env.ONLY ?? '').split(';')
const chosen = <Name extends string>(variable: string, names: Name[]) =>
  names.filter(name => (process.env[variable] ?? names.join()).split(',').includes(name))
const runtimes = chosen<Runtime>('RUNTIMES', ['native', 'node-wasm', 'chromium-wasm'])
const scenarios = chosen<ScenarioName>('SCENARIOS', ['agents', 'stream', 'copy', 'structured'])
const sizes = isCheck ? checkSizes : readSizes(process.env)
const modelFolder = isCheck ? nanoFolder() : smolLmFolder()
const problems: string[] = []

for (const runtime of runtimes) {
  const results: RuntimeResults = {
    ...(readResults(runtime) ?? { runtime, scenarios: {} }),
    machine: { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length },
  }
  const entries = (isCheck ? checkEntries(runtime) : entriesOf(runtime)).filter(({ name }) =>
    only.some(part => name.includes(part)),
  )
  for (const scenario of scenarios) results.scenarios[scenario] = await measure(scenario, entries)
  if (isWritten) keep(results)
  console.log(`\n${tables(results)}\n`)
}
for (const problem of problems) console.error(problem)
if (isCheck && problems.length > 0) process.exitCode = 1

async function measure(scenario: ScenarioName, entries: readonly Entry[]) {
  const measured = await measureScenario({
    scenario,
    entries: entries.filter(entry => entry.scenarios.includes(scenario)),
    sizes,
    rounds: isCheck ? 1 : Number(process.env.ROUNDS ?? 2),
    options: { modelFolder, threadCount: Number(process.env.THREADS ?? 1), agentCount: sizes.agents },
    onMeasured: line => console.error(line),
  })
  problems.push(...checkResults(scenario, measured))
  return measured
}

function place(runtime: Runtime): URL {
  return new URL(`../../results/inference-${runtime}.json`, import.meta.url)
}

/** What earlier runs kept of other scenarios. */
function readResults(runtime: Runtime): RuntimeResults | undefined {
  if (!isWritten || !existsSync(place(runtime))) return undefined
  return JSON.parse(readFileSync(place(runtime), 'utf8')) as RuntimeResults
}

function keep(results: RuntimeResults): void {
  mkdirSync(new URL('.', place(results.runtime)), { recursive: true })
  writeFileSync(place(results.runtime), `${JSON.stringify(results, null, 1)}\n`)
  const readme = new URL('../../README.md', import.meta.url)
  const marked = new RegExp(
    `(<!-- inference ${results.runtime} -->\n)[\\s\\S]*?(<!-- /inference ${results.runtime} -->)`,
  )
  writeFileSync(
    readme,
    readFileSync(readme, 'utf8').replace(marked, (_all, start, end) => `${start}${tables(results)}\n${end}`),
  )
}

function nanoFolder(): string {
  return fileURLToPath(new URL('../../../models/lumos-nano', import.meta.url))
}
