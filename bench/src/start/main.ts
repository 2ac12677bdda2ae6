import { fork } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { measurePage } from './page-start.ts'
import { measureServer } from './server-start.ts'
import { mediansOf, type Span } from './span.ts'

/** `--check` sees that everything answers, once, and is not a measurement. */
const isCheck = process.argv.includes('--check')
const isWritten = process.argv.includes('--write') && !isCheck
const rounds = isCheck ? 1 : Number(process.env.ROUNDS ?? 3)
const chosen = (process.env.PARTS ?? 'engine,server,page').split(',')
const parts: Record<string, () => Promise<Span[][]>> = {
  engine: () => repeat(measureEngine),
  server: () => repeat(measureServer),
  page: () => measurePage(rounds),
}

const results: Record<string, Span[]> = {}
for (const part of chosen) {
  const measured = await parts[part]?.()
  if (measured === undefined) throw new Error(`There is no part ${part}.`)
  results[part] = mediansOf(measured)
}
console.log(tableOf(results))
if (isWritten) keep()

async function repeat(measure: () => Promise<Span[]>): Promise<Span[][]> {
  const measured: Span[][] = []
  for (let round = 0; round < rounds; round++) measured.push(await measure())
  return measured
}

/** A process of its own: nothing is compiled yet. */
function measureEngine(): Promise<Span[]> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('node-process.mjs', import.meta.url)))
    child.once('message', spans => resolve(spans as Span[]))
    child.once('exit', code => reject(new Error(`The process ended with ${code}.`)))
  })
}

function tableOf(measured: Record<string, Span[]>): string {
  const rows = Object.entries(measured).flatMap(([part, spans]) =>
    spans.map(
      ({ name, ms, cpuMs }) => `| ${part} | ${name} | ${ms.toFixed(0)} | ${cpuMs?.toFixed(0) ?? ''} |`,
    ),
  )
  const load = (loadavg()[0] ?? 0).toFixed(0)
  return [`| load ${load} | | ms | CPU ms |`, '| --- | --- | --- | --- |', ...rows].join('\n')
}

function keep(): void {
  const place = new URL('../../results/start.json', import.meta.url)
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    load: loadavg()[0],
  }
  mkdirSync(new URL('.', place), { recursive: true })
  writeFileSync(place, `${JSON.stringify({ machine, rounds, results }, null, 1)}\n`)
  const readme = new URL('../../README.md', import.meta.url)
  const marked = /(<!-- start -->\n)[\s\S]*?(<!-- \/start -->)/
  const replaced = readFileSync(readme, 'utf8').replace(
    marked,
    (_all, begin, end) => `${begin}${tableOf(results)}\n${end}`,
  )
  writeFileSync(readme, replaced)
}
