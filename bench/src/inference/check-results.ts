import type { ScenarioRounds } from './measure-scenario.ts'
import type { Measured } from './place.ts'
import type { ScenarioName } from './scenarios.ts'

/** What is wrong with what was measured, in words; says nothing of how fast anything was. */
export function checkResults(scenario: ScenarioName, { rounds, problems }: ScenarioRounds): string[] {
  const failed = Object.entries(problems).map(([name, problem]) => `${scenario}, ${name}: ${problem}`)
  const wrong = Object.entries(rounds).flatMap(([name, results]) =>
    results
      .filter(result => !numbersOf(result).every(value => Number.isFinite(value) && value > 0))
      .map(() => name),
  )
  return [...failed, ...wrong.map(name => `${scenario}, ${name}: not everything is a positive number.`)]
}

function numbersOf(result: Measured): number[] {
  if ('totalMs' in result) {
    return [result.totalMs, result.inputTokens, result.outputTokens, ...result.firstTokenMs]
  }
  if ('prefillTokensPerSecond' in result)
    return [...result.prefillTokensPerSecond, ...result.decodeTokensPerSecond]
  const { alone, batch } = result
  return [...alone.freeMs, ...alone.constrainedMs, batch.freeMs, batch.constrainedMs]
}
