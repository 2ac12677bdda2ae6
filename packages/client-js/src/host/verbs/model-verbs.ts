import * as z from 'zod'
import { LumosError, type NumberedModelEvent } from '../../contracts/index.ts'
import { abortable, assertStaysHere, raceSignal, vectorToText } from '../../core/index.ts'
import { jsonObject, modelId, sampling, toolName } from '../schemas.ts'
import type { VerbCall, VerbTable } from '../verb-definition.ts'

const content = z.string()
const name = z.string().min(1).max(64)
const toolCallId = z.string().min(1).max(128)

const chatMessage = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content }),
  z.strictObject({ role: z.literal('user'), content }),
  z.strictObject({
    role: z.literal('assistant'),
    content,
    toolCalls: z
      .array(z.strictObject({ toolCallId, name, argumentsText: z.string() }))
      .max(64)
      .optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content, toolCallId, name }),
])

const tool = z.strictObject({ name: toolName, description: z.string().max(4096), parameters: jsonObject })

/** Together a request of at most 1 MiB; what one model reads of a text is far less. */
const texts = z.array(z.string().max(65_536)).min(1).max(512)

export const modelVerbs: Pick<VerbTable, 'model.list' | 'model.generate' | 'model.embed'> = {
  'model.list': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({}),
    effect: 'read',
    async execute({ services, signal }) {
      const models = await services.models.list({ signal })
      const [first] = models
      if (first === undefined) throw new LumosError('model-unavailable', 'This node has no model.')
      return { models, defaultModelId: first.modelId }
    },
  },
  'model.generate': {
    kind: 'stream',
    scope: 'node',
    params: z.strictObject({
      ...sampling,
      modelId: modelId.optional(),
      messages: z.array(chatMessage).min(1).max(1024),
      tools: z.array(tool).max(128).optional(),
      toolChoice: z.enum(['auto', 'none', 'required']).optional(),
      responseFormat: z
        .strictObject({ schema: jsonObject, name: z.string().min(1).max(64).optional() })
        .optional(),
      logprobs: z.int().min(0).max(20).optional(),
      privacy: z.literal('local').optional(),
      answerSoFar: z
        .string()
        .max(2 ** 20)
        .optional(),
    }),
    effect: 'read',
    endsAtDeadline: true,
    open: generate,
  },
  'model.embed': {
    kind: 'unary',
    scope: 'node',
    params: z.strictObject({
      modelId: modelId.optional(),
      texts,
      dimensions: z.int().min(1).max(8192).optional(),
    }),
    effect: 'read',
    execute: embed,
  },
}

/** Counts as work like a generation: vectors of long texts take a while. */
async function embed({ services, issuer, params, signal }: VerbCall<'model.embed'>) {
  const { embeddings, slots } = services
  if (embeddings === undefined) throw new LumosError('unsupported', 'This node makes no embeddings.')
  slots.assertFree(issuer)
  const release = slots.take(issuer)
  try {
    const { modelId, ...request } = params
    const model = await raceSignal(embeddings.load(modelId, { signal }), signal)
    const { vectors, ...result } = await raceSignal(model.embed(request, { signal }), signal)
    return { ...result, vectors: vectors.map(vectorToText) }
  } finally {
    release()
  }
}

/** Straight from the model: no run, no journal. Leaving the stream ends the generation. */
async function* generate(call: VerbCall<'model.generate'>): AsyncGenerator<NumberedModelEvent> {
  const { services, issuer, params, signal } = call
  const { modelId, ...request } = params
  services.slots.assertFree(issuer)
  const release = services.slots.take(issuer)
  try {
    const model = await raceSignal(services.models.load(modelId, { signal }), signal)
    assertStaysHere(model.info, request.privacy)
    let id = 0
    for await (const event of abortable(model.generate(request, { signal }), signal)) {
      yield { ...event, id: ++id }
    }
  } finally {
    release()
  }
}
