import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '../../../../tests/browser/test.ts'
import type { ModelCalls } from './model-page.ts'

declare const calls: ModelCalls

const modelId = 'HuggingFaceTB/SmolLM2-135M-Instruct'
const cache = process.env.LUMOS_MODEL_CACHE ?? join(homedir(), '.cache', 'lumos', 'models')
const reference = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../models/smollm2/reference/int8/greeting.json'), 'utf8'),
)

test('SmolLM2-135M-Instruct says in Chromium what the reference says', async ({ page, servePage }) => {
  test.skip(!process.env.LUMOS_SLOW, 'takes minutes: set LUMOS_SLOW=1')
  test.skip(!existsSync(join(cache, modelId)), `not in ${cache}: make it with models/smollm2/build.sh`)
  test.setTimeout(900_000)
  const url = await servePage({
    script: join(import.meta.dirname, 'model-page.ts'),
    workers: { 'inference-worker': join(import.meta.dirname, '../../src/inference-worker.ts') },
    folders: {
      '/ort/': dirname(fileURLToPath(import.meta.resolve('onnxruntime-web'))),
      '/model/': join(cache, modelId),
    },
  })
  await page.goto(url)
  const request = { messages: reference.messages, temperature: 0, maxOutputTokens: 64 }
  const json = JSON.stringify([
    { embedded: { url: '/model/' }, wasmUrl: '/ort/', hub: false, device: 'wasm' },
    'lumos-nano',
    [request],
  ])
  const { events } = await page.evaluate(
    text => calls.answer(...(JSON.parse(text) as Parameters<ModelCalls['answer']>)),
    json,
  )
  const answer = events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
  expect(answer.length).toBeGreaterThan(20)
  expect(reference.output_text.startsWith(answer)).toBe(true)
  expect(events.at(-1)).toMatchObject({ usage: { inputTokens: reference.prompt_token_ids.length } })
})
