import {
  type AbortOptions,
  autoModelId,
  type GenerateRequest,
  LumosError,
  type Model,
  type ModelEvent,
  type ModelId,
  type ModelInfo,
  type ModelSource,
} from '../../../src/contracts/index.ts'
import type { ModelRouter } from '../../../src/inference/index.ts'

/** What a model of these tests says; thrown errors fail it there. */
export type Script = (request: GenerateRequest) => (string | [string, number] | Error)[]

export interface FakeModel {
  info: ModelInfo
  script: Script
  /** Everything it was ever given to read. */
  seen: GenerateRequest[]
  loads: number
  /** Called before each token: moves the clock. */
  tick?: () => void
  /** Called with the number of tokens of the prompt. */
  read?: (tokens: number) => void
}

export function fakeModel(
  info: Omit<Partial<ModelInfo>, 'modelId'> & { modelId: string },
  script: Script,
): FakeModel {
  return {
    info: {
      name: info.modelId,
      engine: 'onnx',
      isLocal: true,
      supportsTools: false,
      continuesAnswers: true,
      ...info,
      modelId: info.modelId as ModelId,
    },
    script,
    seen: [],
    loads: 0,
  }
}

export const cloudInfo = { engine: 'openai-compatible', isLocal: false, supportsTools: true } as const

/** Source of fakes; a pair of text and log-probability is one token. */
export function fakeSource(...models: FakeModel[]): ModelSource {
  return {
    list: async () => models.map(({ info }) => info),
    async load(modelId, options) {
      const found = models.find(({ info }) => info.modelId === modelId) ?? models[0]
      if (found === undefined) throw new LumosError('not-found', 'No such model.')
      found.loads++
      options?.signal?.throwIfAborted()
      return answering(found)
    },
    stop: async () => {},
  }
}

function answering(model: FakeModel): Model {
  return {
    info: model.info,
    async *generate(request: GenerateRequest, { signal }: AbortOptions = {}): AsyncGenerator<ModelEvent> {
      model.seen.push(structuredClone(request))
      const inputTokens = Math.ceil(JSON.stringify(request.messages).length / 4)
      model.read?.(inputTokens)
      let outputTokens = 0
      for (const piece of model.script(request)) {
        signal?.throwIfAborted()
        model.tick?.()
        if (piece instanceof Error) throw piece
        if (++outputTokens > (request.maxOutputTokens ?? 512)) break
        const [text, logprob] = typeof piece === 'string' ? [piece] : piece
        const tells = request.logprobs !== undefined && logprob !== undefined
        yield { type: 'text-delta', text, ...(tells && { logprobs: [{ token: text, logprob }] }) }
      }
      yield { type: 'finished', finishReason: 'stop', usage: { inputTokens, outputTokens } }
    },
    stop: async () => {},
  }
}

export function ask(content: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  return { messages: [{ role: 'user', content }], ...more }
}

export async function answerOf(router: ModelRouter, request: GenerateRequest, options?: AbortOptions) {
  const model = await router.load(autoModelId)
  const events: ModelEvent[] = []
  for await (const event of model.generate(request, options)) events.push(event)
  const last = events.at(-1)
  if (last?.type !== 'finished' || last.route === undefined) throw new Error('no route at the end')
  const text = events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
  const routes = events.flatMap(event => (event.type === 'answer-routed' ? [event.route] : []))
  return { events, text, routes, route: last.route, usage: last.usage }
}
