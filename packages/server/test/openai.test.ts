import { createClient, type Store } from '@lomusai/client-js'
import { defaultPublicCommands } from '@lomusai/client-js/access'
import { identityFromApiKey } from '@lomusai/client-js/identity'
import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { startApp } from './openai-fixture.ts'

const weatherParameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
}

const weather = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'Weather of a city',
    parameters: weatherParameters,
  },
} satisfies OpenAI.ChatCompletionTool

/** What a store holds under a name. */
async function keysLeft(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list({ prefix })) keys.push(key)
  return keys
}

describe('the official openai client', () => {
  it('gets a whole answer from a model', async () => {
    await using app = await startApp(['Good day to you.'])
    const completion = await app.openai.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: 'Hello' }],
      temperature: 0,
      max_completion_tokens: 20,
      logprobs: true,
      top_logprobs: 3,
    })
    expect(completion.choices[0]).toMatchObject({
      message: { role: 'assistant', content: 'Good day to you.' },
      finish_reason: 'stop',
    })
    expect(completion.usage?.total_tokens).toBeGreaterThan(0)
    expect(app.model.requests[0]).toMatchObject({ temperature: 0, maxOutputTokens: 20, logprobs: 3 })
  })

  it('streams, with usage at the end when asked', async () => {
    await using app = await startApp(['One two three'])
    const stream = await app.openai.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: 'Count' }],
      stream: true,
      stream_options: { include_usage: true },
    })
    const deltas: string[] = []
    let usage: unknown
    for await (const chunk of stream) {
      deltas.push(chunk.choices[0]?.delta.content ?? '')
      usage = chunk.usage ?? usage
    }
    expect(deltas.join('')).toBe('One two three')
    expect(deltas.filter(Boolean).length).toBeGreaterThan(1)
    expect(usage).toMatchObject({ completion_tokens: 3 })
  })

  it('brings its own tools to a model, streamed, and gives the result back', async () => {
    await using app = await startApp([
      { toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
      'It rains in Oslo.',
    ])
    const runner = app.openai.chat.completions.runTools({
      model: 'scripted',
      messages: [{ role: 'user', content: 'Weather in Oslo?' }],
      stream: true,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'Weather of a city',
            parameters: { ...weatherParameters },
            parse: (text: string): { city: string } => JSON.parse(text),
            function: async ({ city }: { city: string }) => `${city}: rain`,
          },
        },
      ],
    })
    expect(await runner.finalContent()).toBe('It rains in Oslo.')
    expect(app.model.requests[1]?.messages).toContainEqual(
      expect.objectContaining({ role: 'tool', name: 'weather', content: 'Oslo: rain' }),
    )
  })

  it('reads a tool call of an answer that is not streamed', async () => {
    await using app = await startApp([{ toolCalls: [{ name: 'weather', arguments: { city: 'Bern' } }] }])
    const completion = await app.openai.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: 'Weather in Bern?' }],
      tools: [weather],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    })
    const [choice] = completion.choices
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } })
    expect(choice?.message.tool_calls).toMatchObject([
      { type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } },
    ])
  })

  it('asks for JSON of a schema, or for any object', async () => {
    await using app = await startApp(['{"city":"Oslo"}', '{}'])
    const ask = (format: NonNullable<OpenAI.ChatCompletionCreateParams['response_format']>) =>
      app.openai.chat.completions.create({
        model: 'scripted',
        messages: [{ role: 'user', content: 'Where?' }],
        response_format: format,
      })
    const json_schema = { name: 'place', schema: weatherParameters }
    const completion = await ask({ type: 'json_schema', json_schema })
    expect(completion.choices[0]?.message.content).toBe('{"city":"Oslo"}')
    await ask({ type: 'json_object' })
    expect(app.model.requests.map(request => request.responseFormat)).toEqual([
      json_schema,
      { schema: { type: 'object' } },
    ])
  })

  it('talks to an agent by its name, which runs its own tools and leaves no conversation behind', async () => {
    await using app = await startApp((request, index) =>
      index === 0
        ? { toolCalls: [{ name: 'multiply', arguments: { a: 23, b: 19 } }] }
        : `It is ${request.messages.at(-1)?.content}.`,
    )
    const completion = await app.openai.chat.completions.create({
      model: 'assistant',
      messages: [{ role: 'user', content: 'What is 23 × 19?' }],
    })
    expect(completion.choices[0]?.message.content).toContain('437')
    expect(await keysLeft(app.store, 'thread')).toEqual([])
  })

  it('lists agents and models', async () => {
    await using app = await startApp([])
    const ids = []
    for await (const model of app.openai.models.list()) ids.push(model.id)
    expect(ids).toEqual(['assistant', 'scripted'])
  })

  it('gets typed errors for what cannot be answered', async () => {
    await using app = await startApp([])
    const messages = [{ role: 'user' as const, content: 'Hello' }]
    await expect(app.openai.chat.completions.create({ model: 'absent', messages })).rejects.toMatchObject({
      status: 404,
      code: 'not-found',
    })
    await expect(
      app.openai.chat.completions.create({ model: 'absent', messages, stream: true }),
    ).rejects.toMatchObject({ status: 404 })
    await expect(
      app.openai.chat.completions.create({ model: 'scripted', messages, n: 2 as never }),
    ).rejects.toMatchObject({ status: 400, message: expect.stringContaining('n:') })
  })

  it('needs the key when the server has one', async () => {
    await using app = await startApp(['Hello'], { apiKey: 'correct-horse-battery' })
    const messages = [{ role: 'user' as const, content: 'Hello' }]
    await app.openai.chat.completions.create({ model: 'scripted', messages })
    const stranger = app.openai.withOptions({ apiKey: 'wrong-horse-battery' })
    await expect(stranger.chat.completions.create({ model: 'scripted', messages })).rejects.toMatchObject({
      status: 401,
      error: { type: 'invalid_request_error', code: 'invalid-proof', param: null },
    })
  })

  it('is answered without a key, or with any other text, where agents and models are public', async () => {
    await using app = await startApp(['Hello', 'Hello', 'Hello'])
    const messages = [{ role: 'user' as const, content: 'Hello' }]
    for (const apiKey of ['none', 'sk-of-another-service']) {
      await app.openai.withOptions({ apiKey }).chat.completions.create({ model: 'scripted', messages })
    }
    const bare = await fetch(`${app.url}/v1/models`)
    expect(bare.status).toBe(200)
  })

  it('needs a key where nothing is public', async () => {
    await using app = await startApp([], { publicCommands: [] })
    await expect(app.openai.models.list()).rejects.toMatchObject({
      status: 401,
      error: { message: expect.stringContaining('Authorization: Bearer') },
    })
  })

  for (const publicCommands of [defaultPublicCommands, []]) {
    it(`works with a key until it is taken back, with ${publicCommands.length} public commands`, async () => {
      await using app = await startApp(['From the model', 'From the agent'], { publicCommands })
      const owner = app.client
      const key = await owner.access.createApiKey({ label: 'CI' })
      const openai = app.openai.withOptions({ apiKey: key.apiKey })
      const messages = [{ role: 'user' as const, content: 'Hello' }]
      const ask = async (model: string) => {
        const { choices } = await openai.chat.completions.create({ model, messages })
        return choices[0]?.message.content
      }
      expect(await ask('scripted')).toBe('From the model')
      expect(await ask('assistant')).toBe('From the agent')
      expect(await keysLeft(app.store, 'thread')).toEqual([])
      await owner.access.revokeAll(key.did)
      for (const model of ['scripted', 'assistant']) {
        await expect(ask(model)).rejects.toMatchObject({ status: 401, code: 'invalid-proof' })
      }
      await expect(openai.models.list()).rejects.toMatchObject({ status: 401 })
    })
  }

  it('ends with the time a key was made for', async () => {
    await using app = await startApp([])
    const expiresAt = new Date(Date.now() + 1000).toISOString()
    const { apiKey } = await app.client.access.createApiKey({ label: 'Short', expiresAt })
    const openai = app.openai.withOptions({ apiKey })
    await openai.models.list()
    await expect.poll(() => openai.models.list().catch(error => error.status), { timeout: 5000 }).toBe(401)
  })

  it('may do with a key what the key was given, and no more', async () => {
    await using app = await startApp(['Hello'], { publicCommands: [] })
    const request = { label: 'Models only', commands: ['/agent/list', '/model'] as const }
    const { apiKey } = await app.client.access.createApiKey(request)
    const openai = app.openai.withOptions({ apiKey })
    const messages = [{ role: 'user' as const, content: 'Hello' }]
    await openai.chat.completions.create({ model: 'scripted', messages })
    await expect(openai.chat.completions.create({ model: 'assistant', messages })).rejects.toMatchObject({
      status: 403,
      code: 'forbidden',
      message: expect.stringContaining('/agent/run'),
    })
    const identity = await identityFromApiKey(apiKey)
    await using direct = createClient({ baseUrl: app.url, identity })
    expect((await direct.getModels()).defaultModelId).toBe('scripted')
    for (const refused of [direct.getTools(), direct.getMemoryThreads(), direct.access.list()]) {
      await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
    }
  })

  it('keeps the conversations of two keys apart, and of who has none', async () => {
    await using app = await startApp(['Hello'])
    const { apiKey } = await app.client.access.createApiKey({ label: 'A', commands: ['/'] })
    await using one = createClient({ baseUrl: app.url, identity: identityFromApiKey(apiKey) })
    const { threadId } = await one.createMemoryThread()
    const other = await app.client.access.createApiKey({ label: 'B', commands: ['/'] })
    await using two = createClient({ baseUrl: app.url, identity: identityFromApiKey(other.apiKey) })
    await expect(two.getMemoryThread(threadId).get()).rejects.toMatchObject({ code: 'not-found' })
    expect(await two.getMemoryThreads()).toEqual([])
  })

  it('ends the work when the caller hangs up in the middle of a stream', async () => {
    const length = 1_000_000
    let spoken = 0
    await using app = await startApp([
      {
        text: 'word '.repeat(length),
        gate: chunk => {
          spoken = chunk
          return new Promise(resolve => setImmediate(resolve))
        },
      },
    ])
    const stream = await app.openai.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: 'Talk' }],
      stream: true,
    })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
    stream.controller.abort()
    await expect.poll(() => app.model.activeCount).toBe(0)
    expect(spoken).toBeLessThan(length)
  })
})

describe('the official openai client, for embeddings', () => {
  const texts = ['a red boat', 'a red ship']

  it('gets the vectors of the node, as floats and as base64, which it asks for itself', async () => {
    await using app = await startApp([])
    const { vectors, modelId } = await app.client.embed(texts)
    const asBase64 = await app.openai.embeddings.create({ model: modelId, input: texts })
    const asFloats = await app.openai.embeddings.create({
      model: modelId,
      input: texts,
      encoding_format: 'float',
    })
    const wanted = vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: Array.from(vector),
    }))
    expect(asFloats.data).toEqual(wanted)
    expect(asBase64.data.map(({ embedding }) => Array.from(embedding))).toEqual(
      wanted.map(({ embedding }) => embedding),
    )
    expect(asFloats).toMatchObject({
      object: 'list',
      model: modelId,
      usage: { prompt_tokens: 6, total_tokens: 6 },
    })
  })

  it('gets fewer dimensions, of length 1, also under a name of OpenAI’s', async () => {
    await using app = await startApp([])
    const { data } = await app.openai.embeddings.create({
      model: 'text-embedding-3-small',
      input: 'a red boat',
      dimensions: 4,
    })
    expect(data).toHaveLength(1)
    expect(data[0]?.embedding).toHaveLength(4)
    expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 6)
  })

  it('is told of a wrong request and of a model that is not there', async () => {
    await using app = await startApp([])
    const { embeddings } = app.openai
    await expect(embeddings.create({ model: 'hash', input: [] })).rejects.toMatchObject({ status: 400 })
    await expect(embeddings.create({ model: 'nobody', input: 'x' })).rejects.toMatchObject({ status: 404 })
    await expect(embeddings.create({ model: 'hash', input: 'x', dimensions: 10_000 })).rejects.toMatchObject({
      status: 400,
    })
  })

  it('needs a key that opens models where one is required', async () => {
    await using app = await startApp([], { publicCommands: [] })
    await expect(app.openai.embeddings.create({ model: 'hash', input: 'x' })).rejects.toMatchObject({
      status: 401,
    })
  })
})
