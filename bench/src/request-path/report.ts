import { median, medianRatio, type Rounds } from './measure.ts'
import type { Path } from './path.ts'

/** Everything a run measured: kept as it is, so that any other summary can be made later. */
export interface Results {
  measuredAt: string
  machine: { node: string; cpu: string; cores: number }
  paths: { name: string; baselines: readonly string[] }[]
  /** Milliseconds of the median call of each round, one call after another. */
  callMs: Rounds
  /** Processor time of a call in each round, both ends together, in microseconds. */
  callCpuUs: Rounds
  /** Calls per second of each round, 32 in flight. */
  callsPerSecond: Rounds
  /** Microseconds per token of each round. */
  tokenUs: Rounds
}

/** The summary as a Markdown table. */
export function table(results: Results): string {
  const rows = results.paths.map(path => {
    const isBaseline = path.baselines.includes(path.name)
    const cell = (rounds: Rounds, digits: number) => {
      const values = rounds[path.name]
      if (values === undefined) return ['', '']
      const baselines = isBaseline ? [] : path.baselines.map(name => rounds[name] ?? [])
      const ratios = baselines
        .filter(baseline => baseline.length > 0)
        .map(baseline => `${medianRatio(values, baseline).toFixed(2)}×`)
      return [median(values).toFixed(digits), ratios.join(', ')]
    }
    const cells = [
      ...cell(results.callMs, 3),
      ...cell(results.callCpuUs, 0),
      ...cell(results.callsPerSecond, 0),
      ...cell(results.tokenUs, 1),
    ]
    return `| ${isBaseline ? path.name : `**${path.name}**`} | ${cells.join(' | ')} |`
  })
  return [
    '| | ms a call | | CPU µs a call | | calls/s, 32 in flight | | µs a token | |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

export function pathsOf(paths: readonly Path[]): Results['paths'] {
  return paths.map(({ name, baselines }) => ({ name, baselines }))
}
