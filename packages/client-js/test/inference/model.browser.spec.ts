import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GenerateRequest, ModelEvent } from '@lomusai/client-js'
import type { LocalModelsConfig } from '@lomusai/client-js/inference'
import type { Page } from '@playwright/test'
import { expect, test } from '../../../../tests/browser/test.ts'
import type { ModelAnswer, ModelCalls } from './model-page.ts'

declare const calls: ModelCalls

const bundle = {
  script: join(import.meta.dirname, 'model-page.ts'),
  workers: { 'inference-worker': join(import.meta.dirname, '../../src/inference-worker.ts') },
  folders: {
    '/ort/': dirname(fileURLToPath(import.meta.resolve('onnxruntime-web'))),
    '/nano/': dirname(fileURLToPath(import.meta.resolve('@lomusai/nano/package.json'))),
  },
}
const models: LocalModelsConfig = { embedded: { url: '/nano/' }, wasmUrl: '/ort/', hub: false }
const onWasm: LocalModelsConfig = { ...models, device: 'wasm' }
const calculator = {
  name: 'calculator',
  description: 'Computes an arithmetic expression, for example 23 * 19 or sqrt(2) / 3.',
  parameters: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'] },
}
const sum: GenerateRequest = {
  messages: [{ role: 'user', content: 'What is 23 × 19?' }],
  tools: [calculator],
}
const greeting: GenerateRequest = {
  messages: [{ role: 'user', content: 'Hello! Who are you?' }],
  maxOutputTokens: 8,
}

function ask(page: Page, config: LocalModelsConfig): Promise<ModelAnswer> {
  // As text: the types of what may be evaluated in a page do not go as deep as JSON does.
  const text = JSON.stringify([config, 'lumos-nano', [greeting, sum]])
  return page.evaluate(json => calls.answer(...(JSON.parse(json) as Parameters<ModelCalls['answer']>)), text)
}

/** Everything but ids, which differ from run to run. */
const withoutIds = (events: ModelEvent[]) => events.map(event => ({ ...event, toolCallId: undefined }))

test('a worker answers on WASM, with text and tool calls', async ({ page, servePage }) => {
  await page.goto(await servePage(bundle))
  const { info, events } = await ask(page, onWasm)
  expect(info).toMatchObject({ modelId: 'lumos-nano', engine: 'onnx', device: 'wasm' })
  expect(events.some(event => event.type === 'text-delta')).toBe(true)
  expect(events.find(event => event.type === 'tool-call')).toMatchObject({ name: 'calculator' })
  expect(events.at(-1)).toMatchObject({ finishReason: 'tool-calls' })
})

test('an abort ends an answer within a moment', async ({ page, servePage }) => {
  await page.goto(await servePage(bundle))
  const endMs = await page.evaluate(config => calls.abortAfterFirst(config, 'lumos-nano'), onWasm)
  expect(endMs).toBeLessThan(1000)
})

test('a model that is not there fails by a code', async ({ page, servePage }) => {
  await page.goto(await servePage(bundle))
  const broken = { ...onWasm, embedded: { url: '/nowhere/' } }
  const result = await page.evaluate(config => calls.load(config, 'lumos-nano'), broken)
  expect(result).toMatchObject({ code: 'model-unavailable' })
})

test('a GPU that the processor imitates is used only when asked for', async ({ page, servePage }) => {
  await page.goto(await servePage(bundle))
  const { info } = await page.evaluate(config => calls.answer(config, 'lumos-nano', []), models)
  expect(info.device).toBe('wasm')
})

test('WebGPU passes its self-test and gives the tokens of WASM', async ({ page, servePage }) => {
  test.skip(!process.env.LUMOS_SLOW, 'WebGPU in software takes minutes: set LUMOS_SLOW=1')
  test.setTimeout(900_000)
  await page.goto(await servePage(bundle))
  const onGpu = await ask(page, { ...models, device: 'webgpu' })
  expect(onGpu.info.device).toBe('webgpu')
  expect(withoutIds(onGpu.events)).toEqual(withoutIds((await ask(page, onWasm)).events))
})
