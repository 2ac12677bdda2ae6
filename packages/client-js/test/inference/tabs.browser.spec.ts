import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GenerateRequest } from '@lomusai/client-js'
import type { LocalModelsConfig } from '@lomusai/client-js/inference'
import { expect, test } from '../../../../tests/browser/test.ts'
import type { ModelCalls } from './model-page.ts'

declare const calls: ModelCalls

const bundle = {
  script: join(import.meta.dirname, 'model-page.ts'),
  workers: { 'inference-worker': join(import.meta.dirname, '../../src/inference-worker.ts') },
  folders: {
    '/ort/': dirname(fileURLToPath(import.meta.resolve('onnxruntime-web'))),
    '/nano/': dirname(fileURLToPath(import.meta.resolve('@lomusai/nano/package.json'))),
  },
}
const config: LocalModelsConfig = {
  embedded: { url: '/nano/' },
  wasmUrl: '/ort/',
  hub: false,
  device: 'wasm',
}
/** Greedy, so that an answer is the same wherever it is computed. */
const greeting: GenerateRequest = {
  messages: [{ role: 'user', content: 'Hello! Who are you?' }],
  temperature: 0,
  maxOutputTokens: 24,
}

test('a second tab answers by the first one’s engine, and computes itself once that tab is closed', async ({
  context,
  servePage,
}) => {
  const weightsRequests: string[] = []
  context.on('request', request => {
    if (request.method() === 'GET' && request.url().endsWith('.onnx')) weightsRequests.push(request.url())
  })
  const url = await servePage(bundle)
  const [first, second] = [await context.newPage(), await context.newPage()]
  const ask = (page: typeof first, afterFirst?: string) =>
    // As text: the types of what may be evaluated in a page do not go as deep as JSON does.
    page.evaluate(
      json => calls.keepAnswering(...(JSON.parse(json) as Parameters<ModelCalls['keepAnswering']>)),
      JSON.stringify([config, greeting, ...(afterFirst === undefined ? [] : [afterFirst])]),
    )
  await first.goto(url)
  await second.goto(url)
  const alone = await ask(first)
  expect(alone).not.toBe('')
  expect(await ask(second)).toBe(alone)
  expect(weightsRequests).toHaveLength(1)

  await second.exposeFunction('closeFirst', () => first.close())
  expect(await ask(second, 'closeFirst')).toBe(alone)
  expect(weightsRequests).toHaveLength(2)
})
