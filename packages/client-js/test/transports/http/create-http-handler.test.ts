import { describe, expect, it } from 'vitest'
import { type HostEvent, LumosError, type RequestContext, type Verb } from '../../../src/contracts/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { answerResult, type ScriptedAnswer, ScriptedHandler } from '../../../src/testing/scripted-handler.ts'
import { aborted, modelEvents } from '../../../src/testing/transport-fixture.ts'
import {
  createHttpHandler,
  type HttpHandlerOptions,
} from '../../../src/transports/http/create-http-handler.ts'

const { did: nodeId } = await createIdentity()
const json = { 'content-type': 'application/json' }

function listen(answers: Partial<Record<Verb, ScriptedAnswer>> = {}, options: HttpHandlerOptions = {}) {
  const handler = new ScriptedHandler(nodeId, answers)
  const answer = createHttpHandler(handler, options)
  return {
    handler,
    send: (path: string, init: RequestInit = {}) => answer(new Request(`http://node.test${path}`, init)),
    post: (verb: string, init: RequestInit = {}) =>
      answer(
        new Request(`http://node.test/api/${verb}`, {
          method: 'POST',
          headers: json,
          body: JSON.stringify({ verb, params: {} }),
          ...init,
        }),
      ),
  }
}

async function problem(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return { status: response.status, ...((await response.json()) as object) }
}

describe('a unary answer', () => {
  it('is the value as JSON, never cached', async () => {
    const { post } = listen({ 'run.get': () => answerResult({ id: 'run-1' }) })
    const response = await post('run.get')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ value: { id: 'run-1' } })
  })

  it('is a problem document when the host refuses', async () => {
    const details = { retryAfterMs: 1200 }
    const { post } = listen({
      'run.get': () => failing(new LumosError('rate-limited', 'Slow down.', { details })),
    })
    const response = await post('run.get')
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await problem(response)).toEqual({
      type: 'urn:lumos:error:rate-limited',
      title: 'rate-limited',
      status: 429,
      detail: 'Slow down.',
      code: 'rate-limited',
      retryable: true,
      details,
    })
  })

  it('tells nothing of the stack when the host has a bug', async () => {
    const { post } = listen({ 'run.get': () => failing(new TypeError('undefined is not a function')) })
    const text = await (await post('run.get')).text()
    expect(JSON.parse(text)).toMatchObject({ status: 500, code: 'internal' })
    expect(text).not.toContain('.ts')
  })
})

describe('a stream', () => {
  it('has one event per frame, and those that are ready in one chunk', async () => {
    const { post } = listen({ 'model.generate': () => modelEvents(100) })
    const response = await post('model.generate')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const chunks = await chunksOf(response)
    expect(chunks.join('').split('\n\n')[0]).toBe(
      'id: 1\nevent: text-delta\ndata: {"id":1,"type":"text-delta","text":"1 "}',
    )
    expect(chunks.join('').match(/^id: /gm)).toHaveLength(100)
    expect(chunks.length).toBeLessThan(10)
  })

  it('sends an event at once when the next one is not ready', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { post } = listen({ 'model.generate': () => pausing(promise) })
    const reader = ((await post('model.generate')).body as ReadableStream<Uint8Array>).getReader()
    const first = new TextDecoder().decode((await reader.read()).value)
    expect(first).toContain('"text":"before"')
    expect(first).not.toContain('finished')
    resolve()
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('finished')
    expect((await reader.read()).done).toBe(true)
  })

  it('keeps what was ready when the host fails behind it', async () => {
    const { post } = listen({
      'model.generate': () => failing(new LumosError('inference-failed', 'Broken.'), 2),
    })
    const text = (await chunksOf(await post('model.generate'))).join('')
    expect(text).toMatch(
      /^id: 1\n[\s\S]*\n\nid: 2\n[\s\S]*\n\nevent: error\ndata: \{"code":"inference-failed"[^\n]*\}\n\n$/,
    )
  })

  it('shows life every 15 s of silence, and leaves no timer behind', async () => {
    const clock = new ManualClock()
    const { promise, resolve } = Promise.withResolvers<void>()
    const { post } = listen({ 'model.generate': () => pausing(promise) }, { clock })
    const reader = ((await post('model.generate')).body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    const comments = [reader.read(), reader.read()]
    await until(() => clock.timerCount === 1)
    clock.advance(14_999)
    clock.advance(1)
    clock.advance(15_000)
    for (const comment of comments) {
      expect(new TextDecoder().decode((await comment).value)).toBe(': keep-alive\n\n')
    }
    resolve()
    await reader.read()
    expect((await reader.read()).done).toBe(true)
    expect(clock.timerCount).toBe(0)
  })

  it('opens after the refusal window and then carries a late refusal inside', async () => {
    const clock = new ManualClock()
    const { promise, resolve } = Promise.withResolvers<void>()
    const { post, handler } = listen(
      {
        'run.observe': async function* () {
          await promise
          yield* failing(new LumosError('not-found', 'No such run.'))
        },
      },
      { clock },
    )
    const answering = post('run.observe')
    await until(() => handler.requests.length === 1)
    clock.advance(1000)
    const response = await answering
    expect(response.status).toBe(200)
    resolve()
    expect(await response.text()).toContain('event: error\ndata: {"code":"not-found"')
  })

  it('tells the host that the reader left when the client disconnects, before and during the stream', async () => {
    const contexts: RequestContext[] = []
    const { post } = listen({
      'model.generate': async function* (_envelope, context) {
        contexts.push(context)
        yield { id: 1, type: 'text-delta', text: 'x' }
        await aborted(context.signal)
      },
    })
    const response = await post('model.generate')
    await response.body?.cancel()
    await aborted(contexts[0]?.signal)
    const controller = new AbortController()
    await post('model.generate', { signal: controller.signal })
    controller.abort()
    await aborted(contexts[1]?.signal)
  })

  it('hands the host the event a reader saw last', async () => {
    const { post, handler } = listen({ 'run.observe': () => modelEvents(1) })
    await post('run.observe', { headers: { ...json, 'last-event-id': '41' } })
    expect(handler.requests[0]?.context).toMatchObject({ transport: 'http', lastEventId: 41 })
    const response = await post('run.observe', { headers: { ...json, 'last-event-id': '-1' } })
    expect(await problem(response)).toMatchObject({ status: 400, code: 'invalid-request' })
  })
})

describe('what is no request', () => {
  const { send, post, handler } = listen()
  const cases: [string, () => Promise<Response>, number, string][] = [
    ['another path', () => send('/elsewhere'), 404, 'not-found'],
    ['a path with other letters', () => send('/api/%2e%2e', { method: 'POST' }), 404, 'not-found'],
    ['a GET of a verb', () => send('/api/agent.run'), 405, 'invalid-request'],
    ['a POST of the node', () => send('/api/node', { method: 'POST' }), 405, 'invalid-request'],
    [
      'text/plain',
      () => post('run.get', { headers: { 'content-type': 'text/plain' } }),
      415,
      'malformed-frame',
    ],
    ['no content type', () => post('run.get', { headers: {} }), 415, 'malformed-frame'],
    ['a form', () => post('run.get', { headers: {}, body: new FormData() }), 415, 'malformed-frame'],
    [
      'a compressed body',
      () => post('run.get', { headers: { ...json, 'content-encoding': 'gzip' } }),
      415,
      'malformed-frame',
    ],
    [
      'an envelope for another verb',
      () => post('run.get', { body: '{"verb":"run.stop"}' }),
      400,
      'invalid-request',
    ],
    ['an array', () => post('run.get', { body: '[]' }), 400, 'invalid-request'],
    ['broken JSON', () => post('run.get', { body: '{' }), 400, 'malformed-frame'],
    ['no body', () => post('run.get', { body: null }), 400, 'malformed-frame'],
    ['a verb without a script', () => post('run.get'), 404, 'not-found'],
  ]
  it.each(cases)('is refused: %s', async (_title, ask, status, code) => {
    expect(await problem(await ask())).toMatchObject({ status, code })
  })

  it('is refused without reading on when the body grows past the limit', async () => {
    let sentCount = 0
    const body = new ReadableStream({
      pull(controller) {
        sentCount++
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x20))
      },
    })
    const init = { body, duplex: 'half' } as RequestInit
    expect(await problem(await post('run.get', init))).toMatchObject({ status: 413, code: 'too-large' })
    expect(sentCount).toBeLessThan(20)
    expect(handler.requests.map(request => request.envelope.verb)).not.toContain('run.stop')
  })
})

describe('the hello', () => {
  it('says which node this is, and what it is told to say', async () => {
    expect(await (await listen().send('/api/node')).json()).toEqual({ nodeId, protocol: 'lumos/1' })
    const describe = () => ({ name: 'home', nodeId: 'forged', peerId: '12D3', addresses: [] }) as never
    const described = await (await listen({}, { describe }).send('/api/node')).json()
    expect(described).toEqual({ name: 'home', peerId: '12D3', addresses: [], nodeId, protocol: 'lumos/1' })
  })
})

describe('pages of other origins', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: 'https://app.test', 'access-control-request-method': 'POST' },
  }

  it('get no leave to call, nor to read, unless told otherwise', async () => {
    const { send } = listen()
    for (const init of [preflight, { headers: preflight.headers }]) {
      const names = [...(await send('/api/node', init)).headers.keys()]
      expect(names.filter(name => name.startsWith('access-control'))).toEqual([])
    }
  })

  it('get leave when their origin is listed, and only then', async () => {
    const { send } = listen({}, { cors: { origins: ['https://app.test'] } })
    const allowed = await send('/api/run.get', preflight)
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.test')
    expect(allowed.headers.get('access-control-allow-headers')).toContain('last-event-id')
    expect(allowed.headers.get('vary')).toBe('origin')
    const refused = await send('/api/run.get', { ...preflight, headers: { origin: 'https://evil.test' } })
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    expect(refused.headers.get('access-control-allow-methods')).toBeNull()
    const answer = await send('/api/node', { headers: { origin: 'https://app.test' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.test')
  })
})

async function* failing(error: Error, afterCount = 0): AsyncGenerator<HostEvent> {
  for (let id = 1; id <= afterCount; id++) yield { id, type: 'text-delta', text: 'x' }
  throw error
}

async function* pausing(gate: Promise<void>): AsyncGenerator<HostEvent> {
  yield { id: 1, type: 'text-delta', text: 'before' }
  await gate
  yield { id: 2, type: 'finished', finishReason: 'stop', usage: { inputTokens: 0, outputTokens: 1 } }
}

async function chunksOf(response: Response): Promise<string[]> {
  const chunks: string[] = []
  for await (const chunk of response.body ?? []) chunks.push(new TextDecoder().decode(chunk))
  return chunks
}

/** Lets other tasks run until `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}
