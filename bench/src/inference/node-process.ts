import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openModelCatalog } from '@lomusai/client-js/inference'
import type { Contender, ContenderOptions, ContenderSpec } from './contender.ts'
import { lumosConfig, openLumos } from './lumos-contender.ts'
import { runScenario, type ScenarioName, type Sizes } from './scenarios.ts'
import { openTransformers } from './transformers-contender.ts'

/** One contender a process, so that none disturbs another's memory or threads. */
let contender: Contender | undefined

export type NodeCommand =
  | { type: 'open'; spec: ContenderSpec; options: ContenderOptions }
  | { type: 'run'; scenario: ScenarioName; sizes: Sizes; seed: string }

process.on('message', (command: NodeCommand) => {
  answer(command).then(
    result => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? describe(error) : String(error) }),
  )
})
process.on('disconnect', () => process.exit())

async function answer(command: NodeCommand): Promise<unknown> {
  if (command.type === 'open') {
    contender = await open(command.spec, command.options)
    return undefined
  }
  if (contender === undefined) throw new Error('Nothing is open.')
  const before = process.cpuUsage()
  const measured = await runScenario(command.scenario, contender, command.sizes, command.seed)
  const { user, system } = process.cpuUsage(before)
  return { ...measured, cpuMs: (user + system) / 1000 }
}

async function open(spec: ContenderSpec, options: ContenderOptions): Promise<Contender> {
  if (spec.engine === 'lumos') {
    const catalog = openModelCatalog({
      ...lumosConfig(spec, options),
      embedded: false,
      modelDirectories: [options.modelFolder],
    })
    const [model] = await catalog.list()
    return openLumos(catalog, model?.modelId ?? '')
  }
  if (spec.runtime === 'node-wasm') await useWasm(options.threadCount)
  return openTransformers(await import('@huggingface/transformers'), spec, options)
}

/** transformers.js takes the runtime it finds under this symbol; here the build its own web version has. */
async function useWasm(threadCount: number): Promise<void> {
  const require = createRequire(import.meta.url)
  const ofTransformers = createRequire(require.resolve('@huggingface/transformers'))
  const folder = `${pathToFileURL(dirname(ofTransformers.resolve('onnxruntime-web'))).href}/`
  const runtime = await import(`${folder}ort.node.min.mjs`)
  Object.assign(runtime.env.wasm, { numThreads: threadCount, wasmPaths: folder })
  Object.assign(globalThis, { [Symbol.for('onnxruntime')]: runtime })
}

function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
