import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { GenerateRequest, JsonObject, ToolDefinition } from '../../../src/contracts/index.ts'
import { checkJsonSchema } from '../../../src/core/index.ts'
import { createRandom } from '../../../src/core/random.ts'
import { ChatTokenizer, ToolCallStream } from '../../../src/engines/chat/index.ts'
import { AnswerGrammars } from '../../../src/engines/constrained/index.ts'

const folder = fileURLToPath(new URL('../../../../../models/lumos-nano/', import.meta.url))
const json = async (name: string) => JSON.parse(await readFile(folder + name, 'utf8')) as JsonObject
const tokenizer = new ChatTokenizer(await json('tokenizer.json'), await json('tokenizer_config.json'))
const endId = tokenizer.idOf('<|end|>') as number
const vocabularySize = tokenizer.vocabulary().tokens.length
const grammars = new AnswerGrammars({ tokenizer, endIds: new Set([endId]) })

const weather = {
  name: 'weather',
  description: 'Tells the weather.',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string' },
      days: { type: 'integer', minimum: 1, maximum: 14 },
      unit: { enum: ['C', 'F'] },
      hours: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 23 } },
    },
    required: ['city', 'unit'],
  },
} as const
const ping = { name: 'ping', description: 'Answers.', parameters: { type: 'object', properties: {} } }
const tools = [weather, ping] as unknown as ToolDefinition[]
const ask = { messages: [{ role: 'user', content: 'Hello!' }] } as const

/**
 * What a model writes that knows nothing at all: any token, as likely as any other, with a growing wish to end.
 * Undefined when it did not end within `limit` tokens.
 */
async function babble(request: Partial<GenerateRequest>, seed: number, limit = 400) {
  const constraint = await grammars.constraintFor({ ...ask, ...request } as GenerateRequest)
  if (constraint === undefined) throw new Error('expected a constraint')
  const random = createRandom(seed)
  const ids: number[] = []
  try {
    while (ids.length < limit) {
      const logits = Float32Array.from({ length: vocabularySize }, () => random())
      for (const id of closers) logits[id] = random() * (1 + ids.length / 20)
      await constraint.mask(logits)
      const id = logits.indexOf(Math.max(...logits))
      if (id === endId) return tokenizer.decode(ids)
      constraint.accept(id)
      ids.push(id)
    }
    return undefined
  } finally {
    constraint.dispose()
  }
}

const closers = [endId, ...['"', '}', ']', '</tool_call>'].flatMap(text => tokenizer.idOf(text) ?? [])]

describe('an answer held to its grammar', () => {
  it('demanded as a call is a valid call of a known tool, whatever the model: 40 models that know nothing', async () => {
    let calls = 0
    for (let seed = 1; seed <= 40; seed++) {
      const text = await babble({ tools, toolChoice: 'required' }, seed)
      if (text === undefined) continue
      const events = new ToolCallStream(['weather', 'ping'], true).push(text)
      expect(events, `seed ${seed}: ${text}`).toHaveLength(1)
      const [call] = events
      if (call?.type !== 'tool-call') throw new Error(`seed ${seed}: ${text}`)
      const { parameters } = call.name === 'weather' ? weather : ping
      const issues = checkJsonSchema(parameters as unknown as JsonObject, JSON.parse(call.argumentsText))
      expect(issues, `seed ${seed}: ${text}`).toEqual([])
      calls++
    }
    expect(calls).toBeGreaterThan(30)
  })

  it('is JSON of the schema asked for', async () => {
    const schema = { ...weather.parameters, additionalProperties: false } as unknown as JsonObject
    let answers = 0
    for (let seed = 1; seed <= 12; seed++) {
      const text = await babble({ responseFormat: { schema } }, seed)
      if (text === undefined) continue
      expect(checkJsonSchema(schema, JSON.parse(text)), `seed ${seed}: ${text}`).toEqual([])
      answers++
    }
    expect(answers).toBeGreaterThan(8)
  })

  it('is free where nothing is asked of it, and outside of calls', async () => {
    expect(await grammars.constraintFor(ask as never)).toBeUndefined()
    expect(await grammars.constraintFor({ ...ask, tools, toolChoice: 'none' } as never)).toBeUndefined()
    const constraint = await grammars.constraintFor({ ...ask, tools } as never)
    const logits = new Float32Array(vocabularySize)
    await constraint?.mask(logits)
    const control = new Set(
      ['<|pad|>', '<|system|>', '<|user|>', '<|assistant|>'].map(text => tokenizer.idOf(text)),
    )
    logits.forEach((logit, id) => {
      expect(logit, tokenizer.textOf(id)).toBe(control.has(id) ? Number.NEGATIVE_INFINITY : 0)
    })
    constraint?.dispose()
  })

  it('lets a tool be called with any object when its schema has no grammar', async () => {
    const odd = {
      name: 'odd',
      description: '',
      parameters: { type: 'object', properties: { a: { $ref: '#/nowhere' } } },
    }
    const constraint = await grammars.constraintFor({ ...ask, tools: [odd], toolChoice: 'required' } as never)
    for (const id of tokenizer.encode('{"name": "odd", "arguments": {"b": 1}}</tool_call>')) {
      const logits = new Float32Array(vocabularySize)
      await constraint?.mask(logits)
      expect(logits[id], tokenizer.textOf(id)).toBe(0)
      constraint?.accept(id)
    }
    constraint?.dispose()
  })

  it('is refused when the schema of the answer has no grammar', async () => {
    const responseFormat = { schema: { $ref: '#/nowhere' } }
    await expect(grammars.constraintFor({ ...ask, responseFormat } as never)).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  it('of free text is that of the grammar for any text, though it is only made where a call may begin', async () => {
    const { tokens, encoding } = tokenizer.vocabulary()
    // Where a token goes on behind the opening, a constraint is never late.
    const early = new AnswerGrammars({
      tokenizer: Object.assign(Object.create(tokenizer), {
        vocabulary: () => ({ tokens: [...tokens, 'x<tool_call>y'], encoding }),
      }),
      endIds: new Set([endId]),
    })
    const call = '{"name": "ping", "arguments": {}}'
    for (const text of [
      'Well, a < b <tool',
      'a<',
      `Now:\n<tool_call>${call}</tool_call> done`,
      '<tool_call> {"na',
    ]) {
      const late = await grammars.constraintFor({ ...ask, tools } as never)
      const whole = await early.constraintFor({ ...ask, tools } as never)
      for (const id of [...tokenizer.encode(text), undefined]) {
        const [a, b] = [new Float32Array(vocabularySize), new Float32Array(vocabularySize)]
        await late?.mask(a)
        await whole?.mask(b)
        expect(
          a.every((logit, at) => logit === b[at]),
          `${text} before ${id}`,
        ).toBe(true)
        if (id === undefined) continue
        late?.accept(id)
        whole?.accept(id)
      }
      late?.dispose()
      whole?.dispose()
    }
  })
})
