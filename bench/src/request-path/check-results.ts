import type { Results } from './report.ts'

/**
 * What is wrong with the shape of `results`, in words; empty when every path was measured in every round. Says nothing
 * of how fast anything was.
 */
export function checkResults(results: Results, rounds: number): string[] {
  const tables = {
    callMs: results.callMs,
    callCpuUs: results.callCpuUs,
    callsPerSecond: results.callsPerSecond,
  }
  const names = results.paths.map(({ name }) => name)
  const problems = results.paths
    .flatMap(({ baselines }) => baselines)
    .filter(baseline => !names.includes(baseline))
    .map(baseline => `The baseline ${baseline} was not measured.`)
  for (const [table, measured] of Object.entries(tables)) {
    const wrong = names.filter(name => !isMeasured(measured[name], rounds))
    problems.push(...wrong.map(name => `${table} of ${name} is not ${rounds} positive numbers.`))
  }
  for (const [name, values] of Object.entries(results.tokenUs)) {
    if (!isMeasured(values, rounds)) problems.push(`tokenUs of ${name} is not ${rounds} positive numbers.`)
  }
  return problems
}

function isMeasured(values: readonly number[] | undefined, rounds: number): boolean {
  return values?.length === rounds && values.every(value => Number.isFinite(value) && value > 0)
}
