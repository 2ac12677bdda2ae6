import type {
  GenerateRequest,
  LocalDevice,
  LocalModelsConfig,
  Model,
  ModelCatalog,
  ModelId,
  WeightFormat,
} from '@lomusai/client-js/inference'
import type { Answer, Contender, ContenderOptions, ContenderSpec, Question } from './contender.ts'
import { Stopwatch } from './stopwatch.ts'

/** The plain configuration of our catalogue for a contender; where the model is, the caller adds. */
export function lumosConfig(spec: ContenderSpec, options: ContenderOptions): LocalModelsConfig {
  return {
    hub: false,
    device: (spec.runtime === 'native' ? 'cpu' : 'wasm') as LocalDevice,
    threadCount: options.threadCount,
    ...(spec.weights !== 'auto' && { weightFormat: spec.weights as WeightFormat }),
  }
}

/** Our SDK, through its public entry. It keeps and shares prefixes by itself. */
export async function openLumos(catalog: ModelCatalog, modelId: string): Promise<Contender> {
  const model = await catalog.load(modelId as ModelId)
  return {
    answer: question => answer(model, question),
    forget() {},
    stop: () => catalog.stop(),
  }
}

async function answer(model: Model, { messages, maxTokens, schema }: Question): Promise<Answer> {
  const request: GenerateRequest = {
    messages,
    temperature: 0,
    maxOutputTokens: maxTokens,
    ...(schema && { responseFormat: { schema: schema as never } }),
  }
  const watch = new Stopwatch()
  let text = ''
  for await (const event of model.generate(request)) {
    if (event.type === 'text-delta') {
      text += event.text
      watch.token()
    } else if (event.type === 'finished') {
      const { inputTokens, outputTokens } = event.usage
      const { firstTokenMs, lastTokenMs } = watch
      return { text, inputTokens, outputTokens, firstTokenMs, lastTokenMs }
    }
  }
  throw new Error('The answer did not finish.')
}
