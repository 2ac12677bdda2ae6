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
const models: LocalModelsConfig = { embedded: { url: '/nano/' }, wasmUrl: '/ort/', hub: false }
const greeting: GenerateRequest = {
  messages: [{ role: 'user', content: 'Hello! Who are you?' }],
  maxOutputTokens: 8,
}

test('the embedded model answers without a runtime, on the first visit and on the second', async ({
  context,
  servePage,
}) => {
  const url = await servePage(bundle)
  const answers: string[] = []
  for (let visit = 0; visit < 2; visit++) {
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', request => asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
    await page.goto(url)
    const text = JSON.stringify([models, 'lumos-nano', [greeting]])
    const { info, events } = await page.evaluate(
      json => calls.answer(...(JSON.parse(json) as Parameters<ModelCalls['answer']>)),
      text,
    )
    expect(info).toMatchObject({ modelId: 'lumos-nano', engine: 'onnx', device: 'wasm' })
    answers.push(events.map(event => (event.type === 'text-delta' ? event.text : '')).join(''))
    expect(asked.filter(path => path.includes('/ort'))).toEqual([])
    // Nothing of the model is asked for twice.
    const ofModel = asked.filter(path => path.includes('/nano/'))
    expect(ofModel).toContain('GET /nano/onnx/model_int8.onnx')
    expect(new Set(ofModel).size).toBe(ofModel.length)
    await page.close()
  }
  expect(answers[0]).not.toBe('')
  expect(answers[1]).toBe(answers[0])
})
