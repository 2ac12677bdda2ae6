import { describe, expect, it } from 'vitest'
import type { GenerateRequest, ModelEvent, ModelId, ToolCallId } from '../../../src/contracts/index.ts'
import { openAiCompatibleModels } from '../../../src/engines/openai-compatible/index.ts'
import {
  collectModelEvents as collect,
  type ModelScript,
  modelSuite,
} from '../../../src/testing/model-suite.ts'
import { type Answer, ChatServer, delta, done, sendEvents, sendJson, usage } from './chat-server.ts'

const small = 'small' as ModelId
const ask: GenerateRequest = { messages: [{ role: 'user', content: 'Hello!' }] }
const weather = { name: 'weather', description: 'Tells the weather.', parameters: { type: 'object' } }
const apiKey = 'sk-very-secret'

modelSuite('an OpenAI-compatible endpoint', async script => {
  const server = await ChatServer.start(answerTo(script))
  const source = openAiCompatibleModels({ baseUrl: server.baseUrl })
  const model = await source.load(small)
  return {
    model,
    async dispose() {
      await source.stop()
      await server[Symbol.asyncDispose]()
    },
  }
})

/** A server with the script for a model; an endless one writes until nobody reads. */
function answerTo({ pieces, toolCalls = [], isEndless }: ModelScript): Answer {
  return async (response, { body }) => {
    const all = isEndless
      ? [...pieces, ...Array.from({ length: 5000 }, () => pieces.at(-1) as string)]
      : pieces
    const text = beforeStop(all, body.stop ?? [])
    const kept = text.slice(0, body.max_tokens ?? 512)
    const isCut = kept.length < text.length
    const calls = toolCalls.map((call, index) => {
      const { name, arguments: args } = call
      return delta({
        tool_calls: [{ index, id: `call_${index}`, function: { name, arguments: JSON.stringify(args) } }],
      })
    })
    const reason = isCut ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop'
    const counted = { ...usage, usage: { prompt_tokens: 9, completion_tokens: kept.length } }
    sendEvents(response, [
      ...kept.map(content => delta({ content })),
      ...calls,
      delta({}, reason),
      counted,
      done,
    ])
  }
}

function beforeStop(pieces: string[], stops: string[]): string[] {
  const text = pieces.join('')
  const ends = stops.map(stop => text.indexOf(stop)).filter(index => index >= 0)
  return ends.length === 0 ? pieces : [text.slice(0, Math.min(...ends))]
}

async function answer(respond: Answer, request: Partial<GenerateRequest> = {}): Promise<ModelEvent[]> {
  await using server = await ChatServer.start(respond)
  const model = await openAiCompatibleModels({ baseUrl: server.baseUrl, apiKey }).load(small)
  return await collect(model.generate({ ...ask, ...request }))
}

const withEvents = (...events: unknown[]) =>
  answer(response => sendEvents(response, events), { tools: [weather] })
const finished = (reason: string) => ({ type: 'finished', finishReason: reason })

describe('what is sent', () => {
  it('is the conversation with its tool calls, the sampling, and the key as a bearer token', async () => {
    await using server = await ChatServer.start(response => sendEvents(response, [delta({}, 'stop'), done]))
    const model = await openAiCompatibleModels({ baseUrl: `${server.baseUrl}/`, apiKey }).load(small)
    const toolCallId = 'call_1' as ToolCallId
    const request: GenerateRequest = {
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: '', toolCalls: [{ toolCallId, name: 'weather', argumentsText: '{}' }] },
        { role: 'tool', toolCallId, name: 'weather', content: 'rain' },
      ],
      tools: [weather],
      toolChoice: 'required',
      temperature: 0,
      topP: 0.9,
      maxOutputTokens: 7,
      stop: ['END'],
      seed: 3,
      responseFormat: { name: 'place', schema: { type: 'object' } },
    }
    await collect(model.generate(request))
    expect(server.asked.at(-1)).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${apiKey}` },
      body: {
        model: 'small',
        stream: true,
        messages: [
          { role: 'user', content: 'Weather?' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
        ],
        tools: [{ type: 'function', function: weather }],
        tool_choice: 'required',
        temperature: 0,
        top_p: 0.9,
        max_tokens: 7,
        stop: ['END'],
        seed: 3,
        response_format: { type: 'json_schema', json_schema: { name: 'place', schema: { type: 'object' } } },
      },
    })
  })

  it('leaves out what the server refuses, and gives the newer name where there is one', async () => {
    const respond: Answer = (response, { body }) => {
      if ('max_tokens' in body)
        return sendJson(response, 400, {
          error: { message: "Use 'max_completion_tokens', not 'max_tokens'." },
        })
      if ('top_k' in body)
        return sendJson(response, 400, { error: { message: 'Unrecognized request argument: top_k' } })
      return sendEvents(response, [
        delta({ content: String(body.max_completion_tokens) }),
        delta({}, 'stop'),
        done,
      ])
    }
    const events = await answer(respond, { maxOutputTokens: 5, topK: 4 })
    expect(events[0]).toEqual({ type: 'text-delta', text: '5' })
  })
})

describe('what comes back', () => {
  it('joins tool calls cut into pieces, as OpenAI and vLLM stream them', async () => {
    const piece = (index: number, call: object) => delta({ tool_calls: [{ index, ...call }] })
    const events = await withEvents(
      delta({ role: 'assistant', content: null }),
      piece(0, { id: 'a', type: 'function', function: { name: 'weather', arguments: '' } }),
      piece(0, { function: { arguments: '{"city":' } }),
      piece(1, { id: 'b', type: 'function', function: { name: 'weather', arguments: '{}' } }),
      piece(0, { function: { arguments: '"Oslo"}' } }),
      delta({}, 'tool_calls'),
      usage,
      done,
    )
    expect(events).toEqual([
      { type: 'tool-call', toolCallId: 'a', name: 'weather', argumentsText: '{"city":"Oslo"}' },
      { type: 'tool-call', toolCallId: 'b', name: 'weather', argumentsText: '{}' },
      { ...finished('tool-calls'), usage: { inputTokens: 9, outputTokens: 3 } },
    ])
  })

  it('takes whole calls that share index 0, as Ollama sends them, and arguments as an object', async () => {
    const call = (id: string, city: string) =>
      delta({ tool_calls: [{ index: 0, id, function: { name: 'weather', arguments: { city } } }] })
    const events = await withEvents(
      call('x', 'Rome'),
      call('y', 'Pisa'),
      delta({ content: '' }, 'stop'),
      done,
    )
    expect(events).toMatchObject([
      { argumentsText: '{"city":"Rome"}' },
      { argumentsText: '{"city":"Pisa"}' },
      finished('tool-calls'),
    ])
  })

  it('finds calls that a server left in the text', async () => {
    const text = delta({ content: 'Sure.\n<tool_call>{"name":"weather","arguments":{}}</tool_call>' })
    const events = await withEvents(text, delta({}, 'stop'), done)
    expect(events).toMatchObject([
      { text: 'Sure.' },
      { type: 'tool-call', name: 'weather' },
      finished('tool-calls'),
    ])
  })

  it('takes a whole answer from a server that does not stream', async () => {
    const message = { role: 'assistant', content: 'Hi.' }
    const events = await answer(response =>
      sendJson(response, 200, { choices: [{ message, finish_reason: 'stop' }] }),
    )
    expect(events).toMatchObject([{ text: 'Hi.' }, finished('stop')])
  })

  it('takes a stream with comments, CRLF, no [DONE] and no last empty line', async () => {
    const last = `data: ${JSON.stringify(delta({ content: 'Hi.' }, 'length'))}`
    expect(await withEvents(': ping\r\n\r\n', last)).toMatchObject([{ text: 'Hi.' }, finished('length')])
  })

  it.each([
    ['a stream that breaks off', [delta({ content: 'Hel' })], 'connection-lost'],
    ['something that is not JSON', ['data: {oops\n\n'], 'inference-failed'],
    ['JSON nested without end', [`data: ${'['.repeat(10_000)}\n\n`], 'inference-failed'],
    [
      'an error in the stream',
      [delta({ content: 'Hel' }), { error: { message: `bad ${apiKey}` } }],
      'inference-failed',
    ],
    ['an event without end', [`data: ${'x'.repeat(2 ** 21)}`], 'inference-failed'],
    [
      'too many tool calls',
      [delta({ tool_calls: Array.from({ length: 99 }, (_, index) => ({ index, function: { name: 'x' } })) })],
      'inference-failed',
    ],
  ])('fails by a code for %s', async (_, events, code) => {
    const failure = await withEvents(...events).then(
      () => undefined,
      error => error,
    )
    expect(failure).toMatchObject({ code })
    expect(String(failure.message)).not.toContain(apiKey)
  })

  it('ignores fields of types nobody expects', async () => {
    const odd = { choices: [{ delta: { content: 5, tool_calls: 'x' }, finish_reason: 7 }], usage: [] }
    expect(await withEvents(odd, [], 5, null, delta({}, 'strange'), done)).toMatchObject([finished('other')])
  })
})

describe('refusals', () => {
  it.each([
    [401, 'forbidden'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [429, 'rate-limited'],
    [422, 'invalid-request'],
    [413, 'inference-failed'],
    [500, 'inference-failed'],
  ])('turns status %i into %s, without the key', async (status, code) => {
    const body = { error: { message: `Incorrect API key provided: ${apiKey}` } }
    const failure = await answer(response => sendJson(response, status, body, { 'retry-after': '2' })).catch(
      error => error,
    )
    expect(failure).toMatchObject({ code })
    expect(JSON.stringify(failure)).not.toContain(apiKey)
    if (status === 429) expect(failure).toMatchObject({ retryable: true, details: { retryAfterMs: 2000 } })
  })

  it('survives an error page, cut to what a person reads', async () => {
    const failure = await answer(response => {
      response.writeHead(502, { 'content-type': 'text/html' })
      response.end('<h1>Bad gateway</h1>'.repeat(100_000))
    }).catch(error => error)
    expect(failure).toMatchObject({ code: 'inference-failed', retryable: true })
    expect(failure.message.length).toBeLessThan(700)
  })

  it('fails to dial where nobody listens', async () => {
    const server = await ChatServer.start(() => {})
    const source = openAiCompatibleModels({ baseUrl: server.baseUrl, models: ['small'] })
    await server[Symbol.asyncDispose]()
    const model = await source.load(small)
    await expect(collect(model.generate(ask))).rejects.toMatchObject({
      code: 'dial-failed',
      retryable: true,
    })
  })

  it('aborts while the server has not answered', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const read = answerWith(() => controller.abort(reason), controller.signal)
    await expect(read).rejects.toBe(reason)
  })
})

async function answerWith(respond: Answer, signal: AbortSignal): Promise<ModelEvent[]> {
  await using server = await ChatServer.start(respond)
  const model = await openAiCompatibleModels({ baseUrl: server.baseUrl }).load(small)
  return await collect(model.generate(ask, { signal }))
}

describe('the list', () => {
  it('comes from the server, or from whoever configured it', async () => {
    await using server = await ChatServer.start(() => {})
    const listed = await openAiCompatibleModels({ baseUrl: server.baseUrl }).list()
    expect(listed).toMatchObject([
      { modelId: 'small', isLocal: true, device: 'remote' },
      { modelId: 'large:7b' },
    ])
    const configured = openAiCompatibleModels({ baseUrl: 'https://api.example.com/v1', models: ['big'] })
    expect(await configured.list()).toMatchObject([{ modelId: 'big', isLocal: false }])
    await expect(configured.load(small)).rejects.toMatchObject({ code: 'not-found' })
  })
})
