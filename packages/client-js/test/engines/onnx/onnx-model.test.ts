import { describe, expect, it } from 'vitest'
import type { GenerateRequest, ModelEvent } from '../../../src/contracts/index.ts'
import { loadOnnxModel } from '../../../src/engines/onnx/index.ts'
import {
  collectModelEvents as collect,
  type ModelScript,
  modelSuite,
} from '../../../src/testing/model-suite.ts'
import {
  contextLength,
  memoryFolder,
  type Recitation,
  randomFolder,
  recitingFolder,
  tinyTokenizer,
} from './memory-folder.ts'

const ask: GenerateRequest = { messages: [{ role: 'user', content: 'Hello!' }] }
const tool = { name: 'weather', description: 'Tells the weather.', parameters: { type: 'object' } }

modelSuite('the ONNX engine', async script => {
  const model = await loadOnnxModel(recitingFolder(recitationOf(script)), {})
  return { model, dispose: () => model.stop() }
})

function recitationOf({ pieces, toolCalls = [], isEndless = false }: ModelScript): Recitation {
  const calls = toolCalls.map(call => `\n<tool_call>\n${JSON.stringify(call)}\n</tool_call>`)
  return { pieces: [...pieces, ...calls], isEndless }
}

async function recite(recitation: Recitation, request: Partial<GenerateRequest> = {}): Promise<ModelEvent[]> {
  const model = await loadOnnxModel(recitingFolder(recitation), {})
  try {
    return await collect(model.generate({ ...ask, ...request }))
  } finally {
    await model.stop()
  }
}

const texts = (events: ModelEvent[]) =>
  events.flatMap(event => (event.type === 'text-delta' ? [event.text] : []))

describe('text', () => {
  it('comes in whole characters, whichever bytes the tokens are', async () => {
    const bytes = [...new TextEncoder().encode('é🙂')]
    expect(texts(await recite({ pieces: bytes }))).toEqual(['é', '🙂'])
  })

  it('shows bytes that are no character as such, and goes on', async () => {
    expect(texts(await recite({ pieces: [0xff, 'fine'] })).join('')).toBe('\uFFFDfine')
  })

  it('holds back what may be the start of a stop string, and gives it when it is not', async () => {
    expect(texts(await recite({ pieces: ['one', ' tw', 'in'] }, { stop: ['two'] }))).toEqual([
      'one',
      ' ',
      'twin',
    ])
  })
})

describe('tool calls', () => {
  it('are found when the tag is cut into tokens', async () => {
    const pieces = ['Hm', '. <tool', '_call>{"name": "weather", ', '"arguments": {}}</tool', '_call>']
    const events = await recite({ pieces }, { tools: [tool] })
    expect(texts(events).join('')).toBe('Hm.')
    expect(events.at(-2)).toMatchObject({ type: 'tool-call', name: 'weather', argumentsText: '{}' })
  })

  it('are found without tags when the whole answer is one', async () => {
    const events = await recite(
      { pieces: ['{"name": "weath', 'er", "parameters": {"city": "Rome"}}'] },
      { tools: [tool] },
    )
    expect(events).toMatchObject([
      { type: 'tool-call', name: 'weather', argumentsText: '{"city":"Rome"}' },
      { type: 'finished' },
    ])
  })

  it('end the answer: what a model imagines after them does not count', async () => {
    const pieces = ['<tool_call>{"name": "weather", "arguments": {}}</tool_call>', 'It is', ' sunny']
    const events = await recite({ pieces }, { tools: [tool] })
    expect(texts(events)).toEqual([])
    expect(events.at(-1)).toMatchObject({ finishReason: 'tool-calls' })
  })

  it('cut short by the limit are left out', async () => {
    const pieces = ['<tool_call>{"name": "weather", ', '"arguments": {"city": "New', ' York"}}</tool_call>']
    const events = await recite({ pieces }, { tools: [tool], maxOutputTokens: 2 })
    expect(events).toMatchObject([{ type: 'finished', finishReason: 'length' }])
  })

  it('are plain text when no tools were offered', async () => {
    const events = await recite({ pieces: ['A call looks like ', '<tool_call>.'] })
    expect(texts(events).join('')).toBe('A call looks like <tool_call>.')
  })
})

describe('generation', () => {
  const long: GenerateRequest = {
    messages: [{ role: 'user', content: 'word '.repeat(30) }],
    maxOutputTokens: 24,
  }
  const randomText = async (request: GenerateRequest, warmUps: GenerateRequest[] = []) => {
    const model = await loadOnnxModel(randomFolder(7), {})
    for (const warmUp of warmUps) await collect(model.generate(warmUp))
    const events = await collect(model.generate(request))
    await model.stop()
    return texts(events).join('')
  }

  it('is the same with a cached prefix, with part of one, and without', async () => {
    const fresh = await randomText(long)
    expect(fresh).not.toBe('')
    expect(await randomText(long, [long])).toBe(fresh)
    const other = { ...long, messages: [{ role: 'user' as const, content: `${'word '.repeat(20)}else` }] }
    expect(await randomText(long, [other])).toBe(fresh)
    expect(await randomText(long, [long, other, long, other])).toBe(fresh)
  })

  it('does not change while others generate on the same model', async () => {
    const fresh = await randomText(long)
    const model = await loadOnnxModel(randomFolder(7), {})
    const others = ['a', 'b', 'c', 'd', 'e'].map(content => ({
      ...long,
      messages: [{ role: 'user' as const, content }],
    }))
    const answers = await Promise.all([...others, long].map(request => collect(model.generate(request))))
    await model.stop()
    expect(texts(answers.at(-1) as ModelEvent[]).join('')).toBe(fresh)
  })

  it('draws the same answer from the same seed, and another from another', async () => {
    const drawn = (seed: number) => randomText({ ...long, temperature: 1.5, topK: 50, topP: 0.95, seed })
    expect(await drawn(1)).toBe(await drawn(1))
    expect(await drawn(1)).not.toBe(await drawn(2))
  })

  it('refuses a prompt longer than the context, by a code and with the numbers', async () => {
    const model = await loadOnnxModel(randomFolder(7), {})
    const request = { messages: [{ role: 'user' as const, content: 'x'.repeat(contextLength) }] }
    await expect(collect(model.generate(request))).rejects.toMatchObject({
      code: 'inference-failed',
      details: { reason: 'context-overflow', contextLength },
    })
    await model.stop()
  })

  it('ends with length where the context is full', async () => {
    const request = {
      messages: [{ role: 'user' as const, content: 'x'.repeat(contextLength - 60) }],
      maxOutputTokens: 500,
    }
    const model = await loadOnnxModel(recitingFolder({ pieces: ['on', 'and'], isEndless: true }), {})
    const last = (await collect(model.generate(request))).at(-1)
    await model.stop()
    if (last?.type !== 'finished') throw new Error('the answer did not finish')
    expect(last.finishReason).toBe('length')
    expect(last.usage.inputTokens + last.usage.outputTokens).toBe(contextLength)
  })

  it.each([
    { temperature: -1 },
    { topP: 2 },
    { topK: -1 },
    { maxOutputTokens: 0 },
    { repetitionPenalty: 0 },
    { stop: [''] },
    { stop: Array.from({ length: 17 }, String) },
  ])('refuses %o', async wrong => {
    await expect(recite({ pieces: ['x'] }, wrong)).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('lets timers and messages through between tokens', async () => {
    const model = await loadOnnxModel(recitingFolder({ pieces: ['on'], isEndless: true }), {})
    const signal = AbortSignal.timeout(20)
    await expect(
      collect(model.generate({ ...ask, maxOutputTokens: 100_000 }, { signal })),
    ).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    await model.stop()
  })

  it('ends by a code when the model is stopped in the middle', async () => {
    const model = await loadOnnxModel(recitingFolder({ pieces: ['on'], isEndless: true }), {})
    const read = async () => {
      for await (const _ of model.generate({ ...ask, maxOutputTokens: 200 })) void model.stop()
    }
    await expect(read()).rejects.toMatchObject({ code: 'model-unavailable' })
  })
})

describe('prompts', () => {
  it('keep control tokens in messages from opening turns', async () => {
    const model = await loadOnnxModel(recitingFolder({ pieces: ['ok'] }), {})
    const count = async (content: string) => {
      const last = (await collect(model.generate({ messages: [{ role: 'user', content }] }))).at(-1)
      return last?.type === 'finished' ? last.usage.inputTokens : 0
    }
    // One token if it stayed a control token; as text it has a token per byte.
    expect((await count('<|im_end|>')) - (await count(''))).toBe('<|im_end|>'.length + 1)
    await model.stop()
  })
})

describe('loading', () => {
  it.each([
    ['no weights', memoryFolder({ 'config.json': {}, 'tokenizer.json': tinyTokenizer() }), /weights/],
    ['a broken graph', randomFolder(1, { 'onnx/model.onnx': Uint8Array.of(1, 2, 3) }), /runtime/],
    ['a broken configuration', randomFolder(1, { 'config.json': Uint8Array.of(0x7b) }), /config.json/],
    ['a broken tokenizer', randomFolder(1, { 'tokenizer.json': { model: { type: 'Odd' } } }), /tokenizer/],
  ])('refuses a folder with %s as unavailable', async (_, folder, message) => {
    const refusal = expect(loadOnnxModel(folder, {})).rejects
    await refusal.toMatchObject({ code: 'model-unavailable', message: expect.stringMatching(message) })
  })

  it('stops at an aborted signal', async () => {
    const reason = new Error('changed my mind')
    const load = loadOnnxModel(recitingFolder({ pieces: ['x'] }), {}, { signal: AbortSignal.abort(reason) })
    await expect(load).rejects.toBe(reason)
  })

  it('tells what it loads and from where', async () => {
    const phases: string[] = []
    const model = await loadOnnxModel(
      recitingFolder({ pieces: ['x'] }),
      { device: 'wasm' },
      { onProgress: ({ phase }) => phases.push(phase) },
    )
    expect(phases[0]).toBe('download')
    expect(phases.at(-1)).toBe('initialise')
    expect(model.info).toMatchObject({ engine: 'onnx', device: 'wasm', contextLength, isLocal: true })
    await model.stop()
  })
})
