import { createWorkerModelCatalog } from '@lomusai/client-js/inference'
import type { Contender, ContenderOptions, ContenderSpec } from './contender.ts'
import { lumosConfig, openLumos } from './lumos-contender.ts'
import type { Measured } from './place.ts'
import { runScenario, type ScenarioName, type Sizes } from './scenarios.ts'
import { openTransformers } from './transformers-contender.ts'
import { openWllama } from './wllama-contender.ts'

/** What the page offers to the process that drives it. */
export interface BenchPage {
  open(spec: ContenderSpec, options: ContenderOptions): Promise<void>
  run(scenario: ScenarioName, sizes: Sizes, seed: string): Promise<Measured>
}

let contender: Contender | undefined

const page: BenchPage = {
  async open(spec, options) {
    contender = await open(spec, options)
  },
  async run(scenario, sizes, seed) {
    if (contender === undefined) throw new Error('Nothing is open.')
    return runScenario(scenario, contender, sizes, seed)
  },
}

async function open(spec: ContenderSpec, options: ContenderOptions): Promise<Contender> {
  if (spec.engine === 'lumos') {
    const embedded = { url: `${options.modelFolder}/` }
    const config = {
      ...lumosConfig(spec, options),
      embedded,
      wasmUrl: new URL('/runtime/ours/', location.href).href,
    }
    const worker = new Worker('/inference-worker.js', { type: 'module' })
    return openLumos(createWorkerModelCatalog(worker, config), 'lumos-nano')
  }
  if (spec.engine === 'wllama') {
    const { Wllama, LoggerWithoutDebug } = await import('@wllama/wllama/esm/index.js')
    const wllama = new Wllama(
      { default: '/runtime/wllama/wllama.wasm' },
      { suppressNativeLog: true, logger: LoggerWithoutDebug },
    )
    return openWllama(wllama, spec, options)
  }
  const library = await import('@huggingface/transformers')
  library.env.useBrowserCache = false
  library.env.useWasmCache = false
  const { wasm } = library.env.backends.onnx
  if (wasm) Object.assign(wasm, { wasmPaths: '/runtime/transformers/', numThreads: options.threadCount })
  return openTransformers(library, spec, options)
}

Object.assign(globalThis, { bench: page })
