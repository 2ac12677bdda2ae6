import { describe, expect, it } from 'vitest'
import type { RequestEnvelope } from '../../../src/contracts/index.ts'
import { createEnvelope, createSystemClock } from '../../../src/core/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { collect, collectUntilError } from '../../../src/testing/transport-fixture.ts'
import { type HttpTransportOptions, httpTransport } from '../../../src/transports/http/http-transport.ts'

const identity = await createIdentity()
const { did: nodeId } = identity
const clock = createSystemClock()
const hello = () => Response.json({ nodeId, protocol: 'lumos/1' })

/** A connection to a server that answers every request with `answer`, over a fetch of our own. */
async function connect(
  answer: (request: Request) => Response | Promise<Response>,
  options: HttpTransportOptions = {},
) {
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    return request.url.endsWith('/api/node') ? hello() : answer(request)
  }
  return httpTransport({ fetch: fetch as typeof globalThis.fetch, ...options }).dial('http://node.test')
}

const envelopeOf = (verb: 'agent.run' | 'model.generate' | 'run.get' | 'run.observe', params = {}) =>
  createEnvelope({
    verb,
    params: params as never,
    identity,
    audience: nodeId,
    clock,
  }) as Promise<RequestEnvelope>

const events = (...lines: object[]) =>
  new Response(lines.map(line => `data: ${JSON.stringify(line)}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  })

const delta = (id: number, text: unknown = 'x') => ({ id, type: 'text-delta', text })
const finished = (id: number) => ({
  id,
  type: 'finished',
  finishReason: 'stop',
  usage: { inputTokens: 1, outputTokens: 1 },
})

describe('a server’s stream', () => {
  const cases: [string, () => Response, string, number][] = [
    ['that ends early is a lost connection', () => events(delta(1), delta(2)), 'connection-lost', 2],
    ['without a single event is a lost connection', () => events(), 'connection-lost', 0],
    ['with a gap is refused', () => events(delta(1), delta(3)), 'malformed-frame', 1],
    ['with a repeat is refused', () => events(delta(1), delta(1)), 'malformed-frame', 1],
    [
      'with text that is no text is refused',
      () => events(delta(1), delta(2, { a: 1 })),
      'malformed-frame',
      1,
    ],
    [
      'with an event of another verb passes over it, and ends early',
      () => events({ id: 1, type: 'result', value: 1 }),
      'connection-lost',
      0,
    ],
    [
      'that is not JSON is refused',
      () => new Response('data: {"id":\n\n', { headers: { 'content-type': 'text/event-stream' } }),
      'malformed-frame',
      0,
    ],
    [
      'that is not UTF-8 is refused',
      () =>
        new Response(Uint8Array.of(0x64, 0xff, 0xfe), { headers: { 'content-type': 'text/event-stream' } }),
      'malformed-frame',
      0,
    ],
    [
      'with an event too large is refused',
      () => events(delta(1), delta(2, 'x'.repeat(20_000))),
      'too-large',
      1,
    ],
    [
      'that is deep beyond measure is refused',
      () =>
        new Response(`data: ${'['.repeat(5000)}\n\n`, { headers: { 'content-type': 'text/event-stream' } }),
      'too-large',
      0,
    ],
  ]
  it.each(cases)('%s', async (_title, answer, code, eventCount) => {
    const connection = await connect(answer, { maxEventBytes: 10_000 })
    const result = await collectUntilError(connection.request(await envelopeOf('model.generate')))
    expect(result.error).toMatchObject({ code })
    expect(result.events).toHaveLength(eventCount)
  })

  it('may hold a line without end: it is cut off at the limit', async () => {
    let sentCount = 0
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode(sentCount++ === 0 ? 'data: ' : 'x'.repeat(1000)))
      },
    })
    const connection = await connect(
      () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
      { maxEventBytes: 10_000 },
    )
    const { error } = await collectUntilError(connection.request(await envelopeOf('model.generate')))
    expect(error).toMatchObject({ code: 'too-large' })
    expect(sentCount).toBeLessThan(20)
  })

  it('may go on after the last event: nobody reads it', async () => {
    const connection = await connect(() => events(delta(1), finished(2), delta(3)))
    expect(await collect(connection.request(await envelopeOf('model.generate')))).toEqual([
      delta(1),
      finished(2),
    ])
  })

  it('starts after the offset of the request, which is sent along', async () => {
    let header: string | null = null
    const connection = await connect(request => {
      header = request.headers.get('last-event-id')
      return events({
        id: 8,
        type: 'run-finished',
        status: { state: 'TASK_STATE_COMPLETED', timestamp: '' },
        usage: { inputTokens: 0, outputTokens: 0 },
      })
    })
    const observed = await collect(
      connection.request(await envelopeOf('run.observe', { runId: 'r', offset: 7 })),
    )
    expect(observed.map(event => event.id)).toEqual([8])
    expect(header).toBe('7')
  })
})

describe('a server’s single answer', () => {
  const respond = (status: number, body: string, type: string) => () =>
    new Response(body, { status, headers: { 'content-type': type } })
  const cases: [string, () => Response, string, boolean][] = [
    ['of another type is no Lumos', respond(200, '<html>', 'text/html'), 'protocol-mismatch', true],
    ['without a value is refused', respond(200, '{"result":1}', 'application/json'), 'malformed-frame', true],
    ['that is no JSON is refused', respond(200, '{', 'application/json'), 'malformed-frame', true],
    [
      'that is too large is refused',
      respond(200, `"${'x'.repeat(20_000)}"`, 'application/json'),
      'too-large',
      true,
    ],
    [
      'of a gateway that found nobody is a lost connection',
      respond(502, '<html>', 'text/html'),
      'connection-lost',
      false,
    ],
    ['of a gateway that wants less is a limit', respond(429, '', 'text/plain'), 'rate-limited', true],
    ['of a gateway that wants a login is a refusal', respond(401, '', 'text/plain'), 'forbidden', true],
    [
      'with a code nobody knows is internal',
      respond(418, '{"code":"teapot","detail":"Short."}', 'application/problem+json'),
      'internal',
      true,
    ],
    [
      'with a problem that cannot be read is refused',
      respond(400, '{"code":', 'application/problem+json'),
      'malformed-frame',
      true,
    ],
  ]
  it.each(cases)('%s', async (_title, answer, code, staysOpen) => {
    const connection = await connect(answer, { maxEventBytes: 10_000 })
    const reading = collect(connection.request(await envelopeOf('run.get', { runId: 'r' })))
    await expect(reading).rejects.toMatchObject({ code })
    expect(connection.isOpen).toBe(staysOpen)
  })
})

describe('a server’s hello', () => {
  const dial = (answer: () => Response | Promise<Response>, options: HttpTransportOptions = {}) =>
    httpTransport({ fetch: (async () => answer()) as typeof fetch, ...options }).dial(
      'http://node.test/base/',
    )
  const cases: [string, () => Response, string][] = [
    ['of another protocol', () => Response.json({ nodeId, protocol: 'lumos/2' }), 'protocol-mismatch'],
    ['of nobody', () => Response.json({ protocol: 'lumos/1' }), 'protocol-mismatch'],
    [
      'of somebody without a key',
      () => Response.json({ nodeId: 'did:web:x.test', protocol: 'lumos/1' }),
      'protocol-mismatch',
    ],
    ['that is a web page', () => new Response('<html>'), 'protocol-mismatch'],
    ['that is an error', () => new Response('', { status: 503 }), 'dial-failed'],
    [
      'that never ends',
      () => new Response(new ReadableStream({ pull: c => c.enqueue(new Uint8Array(65_536)) })),
      'dial-failed',
    ],
  ]
  it.each(cases)('%s fails the dial', async (_title, answer, code) => {
    await expect(dial(answer)).rejects.toMatchObject({ code })
  })

  it('that does not come in time fails the dial', async () => {
    const manual = new ManualClock()
    const dialling = dial(() => new Promise(() => {}), { clock: manual, dialTimeoutMs: 5000 })
    manual.advance(5000)
    await expect(dialling).rejects.toMatchObject({
      code: 'dial-failed',
      cause: { code: 'deadline-exceeded' },
    })
    expect(manual.timerCount).toBe(0)
  })

  it('is asked below the address’s own path', async () => {
    const urls: string[] = []
    const fetch = async (url: string) => {
      urls.push(url)
      return hello()
    }
    const connection = await httpTransport({ fetch: fetch as never }).dial('http://node.test:80/base//')
    expect(connection.address).toBe('http://node.test/base')
    expect(urls).toEqual(['http://node.test/base/api/node'])
  })

  it.each(['ftp://node.test', 'http://', 'node.test', '/ip4/127.0.0.1/tcp/1', 'in-process:'])(
    'is not asked at %s',
    async address => {
      expect(httpTransport().canDial(address)).toBe(false)
      const dialling = httpTransport().dial(address)
      await expect(dialling).rejects.toMatchObject({ code: 'dial-failed', retryable: false })
    },
  )
})
