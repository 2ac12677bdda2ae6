import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatMessage, Model, ModelId } from '../../../src/contracts/index.ts'
import { directoryShelf } from '../../../src/engines/model-folders/index.ts'
import { onnxModels, type WeightFormat } from '../../../src/engines/onnx/index.ts'
import { collectModelEvents } from '../../../src/testing/model-suite.ts'

const modelId = 'HuggingFaceTB/SmolLM2-135M-Instruct' as ModelId
const cache = process.env.LUMOS_MODEL_CACHE ?? join(homedir(), '.cache', 'lumos', 'models')
const isHere = existsSync(join(cache, modelId, 'tokenizer.json'))
const tokenCount = 64
const references = join(import.meta.dirname, '../../../../../models/smollm2/reference')

interface Reference {
  messages: ChatMessage[]
  prompt_token_ids: number[]
  output_token_ids: number[]
}

if (!isHere)
  console.log(`SmolLM2 is not in ${cache}: make it with models/smollm2/build.sh to run these tests.`)

/** Transformers' greedy answers on the weights of each file, token by token. */
describe.skipIf(!isHere).each(['int8', 'q4'] as WeightFormat[])('SmolLM2-135M-Instruct, %s', weightFormat => {
  const source = onnxModels(directoryShelf(cache), { weightFormat })
  const files = readdirSync(join(references, weightFormat)).filter(file => file.endsWith('.json'))
  let model: Model

  beforeAll(async () => {
    model = await source.load(modelId)
  })

  afterAll(() => source.stop())

  it.each(files)(`agrees with the reference for ${tokenCount} tokens on %s`, async file => {
    const reference: Reference = JSON.parse(readFileSync(join(references, weightFormat, file), 'utf8'))
    const tokenizer = await tokenizerOf()
    const { messages } = reference
    const expected = tokenizer.decode(reference.output_token_ids.slice(0, tokenCount), {
      skip_special_tokens: true,
    })
    const events = await collectModelEvents(
      model.generate({ messages, temperature: 0, maxOutputTokens: tokenCount }),
    )
    const last = events.at(-1)
    expect(last).toMatchObject({ usage: { inputTokens: reference.prompt_token_ids.length } })
    expect(events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')).toBe(expected)
  })
})

async function tokenizerOf() {
  const { Tokenizer } = await import('@huggingface/tokenizers')
  const read = (name: string) => JSON.parse(readFileSync(join(cache, modelId, name), 'utf8'))
  return new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'))
}
