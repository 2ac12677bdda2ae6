import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOnnxRuntime } from '#onnxruntime'
import type { Model, ModelId } from '../../../src/contracts/index.ts'
import { directoryShelf } from '../../../src/engines/model-folders/index.ts'
import { onnxModels, type WeightFormat } from '../../../src/engines/onnx/index.ts'
import { openDecoder } from '../../../src/engines/onnx/open-decoder.ts'
import type { SequenceDecoder } from '../../../src/engines/onnx/sequence-decoder.ts'
import { TokenGenerator } from '../../../src/engines/onnx/token-generator.ts'
import { weightPath } from '../../../src/engines/onnx/weight-format.ts'
import { collectModelEvents } from '../../../src/testing/model-suite.ts'

const modelId = 'HuggingFaceTB/SmolLM2-135M-Instruct' as ModelId
const cache = process.env.LUMOS_MODEL_CACHE ?? join(homedir(), '.cache', 'lumos', 'models')
const isHere = existsSync(join(cache, modelId, 'tokenizer.json'))
const tokenCount = 64
const references = join(import.meta.dirname, '../../../../../models/smollm2/reference')
const greedy = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, random: () => 0 }

if (!isHere)
  console.log(`SmolLM2 is not in ${cache}: make it with models/smollm2/build.sh to run these tests.`)

/** Greedy tokens of Hugging Face's transformers on the weights of each file, also past the end of the answer. */
describe.skipIf(!isHere).each(['int8', 'q4'] as WeightFormat[])('SmolLM2-135M-Instruct, %s', format => {
  const folder = join(references, format)
  let decoder: SequenceDecoder
  let generator: TokenGenerator

  beforeAll(async () => {
    const read = (path: string) => readFileSync(join(cache, modelId, path))
    const config = JSON.parse(read('config.json').toString())
    const weights = { graph: read(weightPath(format)), externalData: [] }
    const load = () => loadOnnxRuntime('wasm', {})
    const opened = await openDecoder({ device: 'wasm', weights, config, load })
    decoder = opened.decoder
    generator = new TokenGenerator(opened)
  })

  afterAll(async () => {
    await generator.stop()
    await decoder.release()
  })

  it.each(readdirSync(folder))(`gives the reference's ${tokenCount} tokens for %s`, async file => {
    const { prompt_token_ids: promptIds, output_token_ids: outputIds } = JSON.parse(
      readFileSync(join(folder, file), 'utf8'),
    )
    const endIds: ReadonlySet<number> = new Set()
    const ids: number[] = []
    const tokens = generator.generate({ promptIds, endIds, maxTokens: tokenCount, sampling: greedy })
    for await (const { id } of tokens) ids.push(id)
    expect(ids).toEqual(outputIds.slice(0, tokenCount))
  })
})

describe.skipIf(!isHere)('SmolLM2-135M-Instruct as a model', () => {
  const source = onnxModels(directoryShelf(cache))
  let model: Model

  beforeAll(async () => {
    model = await source.load(modelId)
  })

  afterAll(() => source.stop())

  it('reads a conversation as the reference does, and says its words', async () => {
    const reference = JSON.parse(readFileSync(join(references, 'int8', 'greeting.json'), 'utf8'))
    const events = await collectModelEvents(model.generate({ messages: reference.messages, temperature: 0 }))
    const text = events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
    expect(text.length).toBeGreaterThan(20)
    expect(reference.output_text.startsWith(text)).toBe(true)
    expect(events.at(-1)).toMatchObject({
      finishReason: 'stop',
      usage: { inputTokens: reference.prompt_token_ids.length },
    })
  })
})
