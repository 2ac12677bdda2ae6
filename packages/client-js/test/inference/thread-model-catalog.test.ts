import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateRequest, Model, ModelCatalog, ToolDefinition } from '../../src/contracts/index.ts'
import { openThreadModelCatalog } from '../../src/presets/thread-model-catalog.ts'
import { collectModelEvents } from '../../src/testing/model-suite.ts'

const calculator: ToolDefinition = {
  name: 'calculator',
  description: 'Computes an arithmetic expression, for example 23 * 19 or sqrt(2) / 3.',
  parameters: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'] },
}
const clock: ToolDefinition = {
  name: 'clock',
  description: 'Returns the current date and time.',
  parameters: { type: 'object', properties: { timezone: { type: 'string' } } },
}
const question: GenerateRequest = {
  messages: [{ role: 'user', content: 'What is 23 × 19?' }],
  tools: [calculator, clock],
}

/** The thread, the package on disk and the runtime: everything a Node service runs. */
describe('lumos-nano in a thread', { timeout: 90_000 }, () => {
  let models: ModelCatalog
  let model: Model

  beforeAll(async () => {
    models = openThreadModelCatalog({ hub: false, modelDirectories: [] })
    model = await models.load()
  }, 120_000)

  afterAll(() => models.stop())

  it('is the default, found without any configuration', async () => {
    expect(model.info).toMatchObject({ modelId: 'lumos-nano', engine: 'onnx', device: 'wasm', isLocal: true })
    expect(await models.list()).toMatchObject([{ modelId: 'lumos-nano', supportsTools: true }])
  })

  it('calls the calculator for a multiplication', async () => {
    const events = await collectModelEvents(model.generate(question))
    const [call] = events.filter(event => event.type === 'tool-call')
    expect(call).toMatchObject({ name: 'calculator' })
    expect(JSON.parse(call?.argumentsText ?? '{}').expression).toMatch(/^23 ?[*×] ?19$/)
    expect(events.at(-1)).toMatchObject({ finishReason: 'tool-calls' })
  })

  it('must call when a call is required, and cannot when there is none to make', async () => {
    const greet: GenerateRequest = { messages: [{ role: 'user', content: 'Hello!' }], tools: [clock] }
    const required = await collectModelEvents(
      model.generate({ ...greet, toolChoice: 'required', maxOutputTokens: 48 }),
    )
    expect(required.filter(event => event.type === 'text-delta')).toEqual([])
    const none = await collectModelEvents(
      model.generate({ ...question, toolChoice: 'none', maxOutputTokens: 48 }),
    )
    expect(none.filter(event => event.type === 'tool-call')).toEqual([])
  })

  it('answers the same when it answers again, from its cache', async () => {
    const greet: GenerateRequest = {
      messages: [{ role: 'user', content: 'Hello! Who are you?' }],
      maxOutputTokens: 40,
    }
    const text = async () =>
      (await collectModelEvents(model.generate(greet)))
        .map(event => (event.type === 'text-delta' ? event.text : ''))
        .join('')
    const first = await text()
    expect(first.length).toBeGreaterThan(0)
    expect(await text()).toBe(first)
  })

  it('leaves this thread free while it computes', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    // Long enough to compute for many turns, whatever the answer is.
    const content = 'Tell me a little more about it. '.repeat(60)
    await collectModelEvents(model.generate({ messages: [{ role: 'user', content }], maxOutputTokens: 64 }))
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  })
})
