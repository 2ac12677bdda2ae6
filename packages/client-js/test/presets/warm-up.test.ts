import { describe, expect, it } from 'vitest'
import type { GenerateRequest, ModelId, ModelInfo } from '../../src/contracts/index.ts'
import { createClient } from '../../src/index.ts'
import { createLocalNode } from '../../src/presets/node.ts'
import { warmUp } from '../../src/presets/warm-up.ts'
import { MemoryModelCatalog, ScriptedModel } from '../../src/testing.ts'

function scripted(info: Partial<ModelInfo>) {
  const asked = Promise.withResolvers<GenerateRequest>()
  const model = new ScriptedModel({
    info,
    script: request => {
      asked.resolve(request)
      return 'Hi.'
    },
  })
  return { model, models: new MemoryModelCatalog([model]), asked: asked.promise }
}

const onnx = { engine: 'onnx', modelId: 'tiny' as ModelId } as const

describe('warming up', () => {
  it('lets the model read what a conversation begins with, as soon as its node starts', async () => {
    const { model, models, asked } = scripted(onnx)
    await using node = await createLocalNode({ models, warmUp: true, instructions: 'Be brief.' })
    expect(model.requests).toHaveLength(0)
    await node.start()
    const warm = await asked
    await using client = createClient({ host: node.host })
    expect((await client.getAgent('assistant').generate('Hello?')).text).toBe('Hi.')
    const [system, ...rest] = model.requests[1]?.messages ?? []
    expect(rest).toMatchObject([{ role: 'user', content: 'Hello?' }])
    expect(warm).toMatchObject({ messages: [system, { role: 'user' }], maxOutputTokens: 1 })
    expect(warm.tools).toEqual(model.requests[1]?.tools)
  })

  it('asks no endpoint and downloads nothing', async () => {
    const remote = scripted({ engine: 'openai-compatible', isLocal: false })
    const absent = scripted({ ...onnx, isLocal: false })
    for (const { models } of [remote, absent]) await warmUp({ models, instructions: '', tools: [] })
    expect([...remote.model.requests, ...absent.model.requests]).toEqual([])
  })

  it('is for the model that is named', async () => {
    const { model, models } = scripted(onnx)
    await warmUp({ models, modelId: 'other' as ModelId, instructions: '', tools: [] })
    expect(model.requests).toEqual([])
    await warmUp({ models, modelId: onnx.modelId, instructions: '', tools: [] })
    expect(model.requests).toHaveLength(1)
  })

  it('ends with its node', async () => {
    const gate = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const model = new ScriptedModel({ info: onnx, script: [{ text: 'Hi.', gate: () => gate.promise }] })
    const generate = model.generate.bind(model)
    const begun = Promise.withResolvers<void>()
    model.generate = async function* (request, options) {
      begun.resolve()
      options?.signal?.addEventListener('abort', () => ended.resolve())
      yield* generate(request, options)
    }
    const node = await createLocalNode({ models: new MemoryModelCatalog([model]), warmUp: true })
    await node.start()
    await begun.promise
    await node.stop()
    await ended.promise
    gate.resolve()
  })
})
