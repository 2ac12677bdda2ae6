import { createHash } from 'node:crypto'
import { Validator } from '@cfworker/json-schema'
import { median } from '../request-path/measure.ts'
import type { Runtime } from './contender.ts'
import type { ScenarioRounds } from './measure-scenario.ts'
import type { AgentsResult, ScenarioName, StreamResult, StructuredResult } from './scenarios.ts'

/** Everything measured in a runtime, kept as it is. */
export interface RuntimeResults {
  runtime: Runtime
  machine: { node: string; cpu: string; cores: number }
  scenarios: Partial<Record<ScenarioName, ScenarioRounds>>
}

type MeasuredAgents = AgentsResult & { cpuMs?: number }

type Rounds<Result> = [name: string, rounds: Result[]][]

/** The summary of a runtime as Markdown tables. */
export function tables({ scenarios }: RuntimeResults): string {
  const agents = roundsOf<MeasuredAgents>(scenarios.agents)
  const stream = roundsOf<StreamResult>(scenarios.stream)
  const copy = roundsOf<StreamResult>(scenarios.copy)
  const structured = roundsOf<StructuredResult>(scenarios.structured)
  return [
    agents.length > 0 && agentsTable(agents),
    stream.length > 0 && streamTable('one stream', stream),
    copy.length > 0 && streamTable('one stream, the answer is in the prompt', copy),
    structured.length > 0 && structuredTable(structured),
  ]
    .filter(table => table !== false)
    .join('\n\n')
}

function roundsOf<Result>(measured: ScenarioRounds | undefined): Rounds<Result> {
  return Object.entries(measured?.rounds ?? {}) as unknown as Rounds<Result>
}

function agentsTable(contenders: Rounds<MeasuredAgents>): string {
  const speedOf = (rounds: MeasuredAgents[]) =>
    rounds.map(({ outputTokens, totalMs }) => (outputTokens * 1000) / totalMs)
  const ttft = (rounds: AgentsResult[], part: number) =>
    rounds.map(({ firstTokenMs }) => percentile(firstTokenMs, part) / 1000)
  const best = bestOf(contenders, speedOf)
  const rows = contenders.map(([name, rounds]) => {
    const speeds = speedOf(rounds)
    const cells = [
      String(rounds[0]?.turns ?? 0),
      median(speeds).toFixed(2),
      best === undefined ? '' : `${medianRatio(speeds, speedOf(best[1])).toFixed(2)}×`,
      median(
        rounds.map(({ outputTokens, totalMs, cpuMs = totalMs }) => (outputTokens * 1000) / cpuMs),
      ).toFixed(2),
      median(ttft(rounds, 0.5)).toFixed(2),
      median(ttft(rounds, 0.95)).toFixed(2),
      answersHash(rounds),
    ]
    return row(name, cells)
  })
  return [
    `| agents together | turns | tokens/s | beside the best other | tokens a CPU second | first token p50, s | p95, s | first turn's answers |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function streamTable(title: string, contenders: Rounds<StreamResult>): string {
  const rows = contenders.map(([name, rounds]) =>
    row(name, [
      median(rounds.flatMap(({ prefillTokensPerSecond }) => prefillTokensPerSecond)).toFixed(0),
      median(rounds.flatMap(({ decodeTokensPerSecond }) => decodeTokensPerSecond)).toFixed(1),
      hashOf(rounds[0]?.texts ?? []),
    ]),
  )
  return [
    `| ${title} | prefill tokens/s | decode tokens/s | answers |`,
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function structuredTable(contenders: Rounds<StructuredResult>): string {
  const rows = contenders.map(([name, rounds]) => {
    const answers = rounds.flatMap(({ answers }) => answers)
    const whole = answers.filter(({ isWhole }) => isWhole)
    const valid = whole.filter(({ alone, batch, schema }) => isValid(alone, schema) && isValid(batch, schema))
    const same = answers.filter(({ alone, batch }) => alone === batch)
    const aloneRatio = rounds.map(({ alone }) => sum(alone.constrainedMs) / sum(alone.freeMs))
    const batchRatio = rounds.map(({ batch }) => batch.constrainedMs / batch.freeMs)
    return row(name, [
      median(rounds.flatMap(({ alone }) => alone.freeMs)).toFixed(1),
      percent(median(aloneRatio)),
      median(rounds.map(({ batch }) => batch.freeMs)).toFixed(1),
      percent(median(batchRatio)),
      `${valid.length} of ${whole.length}`,
      `${same.length} of ${answers.length}`,
    ])
  })
  return [
    '| JSON of a schema | alone, ms a token | held to the schema | together, ms a token | held to the schema | valid | same alone and together |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

/** The fastest of the others. */
function bestOf<Result>(contenders: Rounds<Result>, speedOf: (rounds: Result[]) => number[]) {
  const others = contenders.filter(([name]) => !name.startsWith('Lumos'))
  return others.toSorted(([, a], [, b]) => median(speedOf(b)) - median(speedOf(a)))[0]
}

/** Of the first turn, which everybody answers; agents stand one after another in the texts. */
function answersHash(rounds: readonly AgentsResult[]): string {
  return hashOf(rounds.flatMap(({ texts, turns }) => texts.filter((_text, index) => index % turns === 0)))
}

function hashOf(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 8)
}

function isValid(text: string, schema: Record<string, unknown>): boolean {
  try {
    return new Validator(schema, '2020-12').validate(JSON.parse(text)).valid
  } catch {
    return false
  }
}

function row(name: string, cells: readonly string[]): string {
  return `| ${name.startsWith('Lumos') ? `**${name}**` : name} | ${cells.join(' | ')} |`
}

function medianRatio(values: readonly number[], others: readonly number[]): number {
  return median(values.map((value, round) => value / (others[round] ?? Number.NaN)))
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

function percent(ratio: number): string {
  return `${ratio < 1 ? '−' : '+'}${Math.abs((ratio - 1) * 100).toFixed(1)}%`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
