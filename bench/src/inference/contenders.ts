import type { ContenderSpec, Runtime, Usage } from './contender.ts'
import type { ScenarioName } from './scenarios.ts'

export interface Entry extends ContenderSpec {
  scenarios: ScenarioName[]
  /** Reads every prompt from its start: it gets the first turn only, which flatters it, as later prompts are longer. */
  isSlow?: boolean
}

const runtimeNames: Record<Runtime, string> = {
  native: 'native',
  'node-wasm': 'WASM in Node',
  'chromium-wasm': 'WASM in Chromium',
}

/** Everything that is compared in a runtime, ours first. */
export function entriesOf(runtime: Runtime): Entry[] {
  return [
    lumos(runtime, 'int8', ['agents', 'stream', 'copy', 'structured']),
    lumos(runtime, 'q4', ['stream']),
    lumos(runtime, 'q8', ['stream']),
    transformers(runtime, 'int8', 'plain', ['agents', 'stream', 'copy']),
    transformers(runtime, 'int8', 'cache', ['agents']),
    transformers(runtime, 'int8', 'forked cache', ['agents']),
    transformers(runtime, 'int8', 'padded batch', ['agents']),
    transformers(runtime, 'q8', 'cache', ['agents', 'stream', 'copy']),
    transformers(runtime, 'q8', 'forked cache', ['agents']),
    transformers(runtime, 'q4', 'plain', ['stream']),
    ...(runtime === 'chromium-wasm' ? [wllama(runtime, 'q4_1'), wllama(runtime, 'q8_0')] : []),
  ]
}

function lumos(runtime: Runtime, weights: 'int8' | 'q4' | 'q8', scenarios: ScenarioName[]): Entry {
  const name = `Lumos ${weights}, ${runtimeNames[runtime]}`
  return { name, engine: 'lumos', runtime, weights, scenarios }
}

function transformers(
  runtime: Runtime,
  weights: 'int8' | 'q4' | 'q8',
  usage: Usage,
  scenarios: ScenarioName[],
): Entry {
  const name = `transformers.js ${weights}, ${usage}, ${runtimeNames[runtime]}`
  const isSlow = usage === 'plain' || usage === 'padded batch'
  return { name, engine: 'transformers.js', runtime, weights, usage, scenarios, isSlow }
}

function wllama(runtime: Runtime, weights: 'q4_1' | 'q8_0'): Entry {
  return {
    name: `wllama ${weights}, ${runtimeNames[runtime]}`,
    engine: 'wllama',
    runtime,
    weights,
    scenarios: ['agents', 'stream'],
  }
}

/** Each engine in each runtime, used in each way once, as far as lumos-nano goes: it comes as int8 only. */
export function checkEntries(runtime: Runtime): Entry[] {
  if (runtime === 'native') return [transformers(runtime, 'int8', 'plain', ['stream'])]
  if (runtime === 'chromium-wasm') {
    return [lumos(runtime, 'int8', ['agents']), transformers(runtime, 'int8', 'cache', ['agents'])]
  }
  return [
    lumos(runtime, 'int8', ['agents', 'stream', 'structured']),
    transformers(runtime, 'int8', 'forked cache', ['agents']),
    transformers(runtime, 'int8', 'padded batch', ['agents']),
  ]
}
