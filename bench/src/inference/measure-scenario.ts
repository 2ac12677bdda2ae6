import { openChromiumPlace } from './chromium-place.ts'
import type { ContenderOptions } from './contender.ts'
import type { Entry } from './contenders.ts'
import { openNodePlace } from './node-place.ts'
import type { Measured } from './place.ts'
import type { ScenarioName, Sizes } from './scenarios.ts'

export interface ScenarioRounds {
  measuredAt: string
  sizes: Sizes
  threadCount: number
  /** A result a round, by contender. */
  rounds: Record<string, Measured[]>
  /** Why a contender has none. */
  problems: Record<string, string>
}

export interface ScenarioPlan {
  scenario: ScenarioName
  entries: readonly Entry[]
  sizes: Sizes
  rounds: number
  options: ContenderOptions
  /** Tells of each measurement as it is made. */
  onMeasured: (line: string) => void
}

/** Turns of those that read every prompt from its start. */
const slowTurns = 1

/**
 * Runs every contender once a round, in another order each round. Each is loaded anew: nothing is warm but the file
 * cache, and only one at a time takes memory.
 */
export async function measureScenario(plan: ScenarioPlan): Promise<ScenarioRounds> {
  const { scenario, entries, sizes } = plan
  const result: ScenarioRounds = {
    measuredAt: new Date().toISOString(),
    sizes,
    threadCount: plan.options.threadCount,
    rounds: {},
    problems: {},
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    const shift = round % Math.max(1, entries.length)
    for (const entry of [...entries.slice(shift), ...entries.slice(0, shift)]) {
      if (result.problems[entry.name] !== undefined) continue
      try {
        const measured = await measureOnce(plan, entry, `${result.measuredAt.slice(11, 19)}-${round}`)
        result.rounds[entry.name] = [...(result.rounds[entry.name] ?? []), measured]
        plan.onMeasured(`${scenario}, round ${round}, ${entry.name}: ${oneLine(measured)}`)
      } catch (error) {
        result.problems[entry.name] = error instanceof Error ? error.message : String(error)
        plan.onMeasured(`${scenario}, ${entry.name}: ${result.problems[entry.name]?.slice(0, 300)}`)
      }
    }
  }
  return result
}

async function measureOnce(
  { scenario, sizes, options }: ScenarioPlan,
  entry: Entry,
  seed: string,
): Promise<Measured> {
  const open = entry.runtime === 'chromium-wasm' ? openChromiumPlace : openNodePlace
  const place = await open(entry, options)
  try {
    return await place.run(
      scenario,
      entry.isSlow ? { ...sizes, turns: Math.min(sizes.turns, slowTurns) } : sizes,
      seed,
    )
  } finally {
    await place.close()
  }
}

function oneLine(measured: Measured): string {
  if ('totalMs' in measured) {
    const { totalMs, outputTokens, turns } = measured
    return `${turns} turns, ${((outputTokens * 1000) / totalMs).toFixed(2)} tokens/s in ${(totalMs / 1000).toFixed(1)} s`
  }
  if ('prefillTokensPerSecond' in measured) {
    const [prefill, decode] = [measured.prefillTokensPerSecond, measured.decodeTokensPerSecond]
    return `prefill ${prefill.map(Math.round).join(' ')}, decode ${decode.map(value => value.toFixed(1)).join(' ')}`
  }
  const { alone, batch } = measured
  return `alone ${mean(alone.freeMs)} → ${mean(alone.constrainedMs)}, batch ${batch.freeMs.toFixed(1)} → ${batch.constrainedMs.toFixed(1)} ms a token`
}

function mean(values: readonly number[]): string {
  return (values.reduce((total, value) => total + value, 0) / values.length).toFixed(1)
}
