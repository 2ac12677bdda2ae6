import type { ContenderOptions, ContenderSpec } from './contender.ts'
import type { ScenarioName, ScenarioResult, Sizes } from './scenarios.ts'

/** A contender, loaded where it runs. */
export interface Place {
  run(scenario: ScenarioName, sizes: Sizes, seed: string): Promise<Measured>
  close(): Promise<void>
}

/** `cpuMs`: processor time of the process, where it can be told. */
export type Measured = ScenarioResult & { cpuMs?: number }

export type OpenPlace = (spec: ContenderSpec, options: ContenderOptions) => Promise<Place>
