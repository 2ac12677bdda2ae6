import { describe, expect, it } from 'vitest'
import { type BoundedFetchOptions, fetchBounded } from '../../src/identity/fetch-bounded.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { code } from './refused.ts'

/** What was asked, and a web that answers with `response`. */
function webOf(response: () => Response) {
  const asked: { url: string; init: RequestInit }[] = []
  const fetch = (async (url: URL, init: RequestInit) => {
    asked.push({ url: url.href, init })
    return response()
  }) as unknown as BoundedFetchOptions['fetch']
  return { asked, fetch }
}

const ask = (url: string, options: Partial<Parameters<typeof fetchBounded>[1]> = {}) =>
  fetchBounded(new URL(url), { ...webOf(() => new Response('{}')), maxBytes: 100, ...options })

describe('a bounded question to the web', () => {
  it.each([
    'http://acme.example/x',
    'ftp://acme.example/x',
    'https://user@acme.example/x',
    'https://:secret@acme.example/x',
    'http://localhost.acme.example/x',
    'http://127.0.0.1.acme.example/x',
    'http://x.localhost/x',
  ])('is never put to %s, this machine allowed or not', async url => {
    for (const allowLoopback of [false, true]) {
      const { asked, fetch } = webOf(() => new Response('{}'))
      await expect(ask(url, { fetch, allowLoopback })).rejects.toMatchObject({
        code: 'identity-unavailable',
        retryable: false,
        message: expect.stringContaining(new URL(url).origin),
      })
      expect(asked).toEqual([])
    }
  })

  it.each([
    'http://localhost:8080/x',
    'https://localhost/x',
    'http://127.0.0.1/x',
    'http://127.10.200.30/x',
    'http://[::1]:8080/x',
  ])('is put to %s, which is this machine, only when that is allowed', async url => {
    await expect(ask(url)).rejects.toThrow(code('identity-unavailable'))
    await expect(ask(url, { allowLoopback: false })).rejects.toThrow(code('identity-unavailable'))
    expect(await ask(url, { allowLoopback: true })).toEqual(new TextEncoder().encode('{}'))
  })

  it.each(['file://localhost/etc/passwd', 'ftp://127.0.0.1/x'])(
    'is not put to %s, though it is this machine',
    async url => {
      await expect(ask(url, { allowLoopback: true })).rejects.toThrow(code('identity-unavailable'))
    },
  )

  it('carries nothing that tells who asks, and follows nobody elsewhere', async () => {
    const { asked, fetch } = webOf(() => new Response('{}'))
    await ask('https://acme.example/x', { fetch })
    await ask('https://acme.example/y', { fetch, accept: 'text/plain' })
    const common = {
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
    }
    expect(asked).toMatchObject([
      { url: 'https://acme.example/x', init: { ...common, headers: { accept: 'application/json' } } },
      { url: 'https://acme.example/y', init: { ...common, headers: { accept: 'text/plain' } } },
    ])
  })

  it('puts the parts of an answer together, and counts them together', async () => {
    const inParts = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (const part of [[1, 2], [3], [4, 5, 6]]) controller.enqueue(Uint8Array.from(part))
            controller.close()
          },
        }),
      )
    const { fetch } = webOf(inParts)
    expect(await ask('https://acme.example/x', { fetch, maxBytes: 6 })).toEqual(
      Uint8Array.of(1, 2, 3, 4, 5, 6),
    )
    await expect(ask('https://acme.example/x', { fetch, maxBytes: 5 })).rejects.toThrow(code('too-large'))
  })

  it('takes an answer without a body for an empty one', async () => {
    const { fetch } = webOf(() => new Response(null))
    expect(await ask('https://acme.example/x', { fetch })).toEqual(new Uint8Array())
  })

  it.each([
    [404, undefined],
    [410, undefined],
    [403, 'identity-unavailable'],
    [500, 'identity-unavailable'],
  ])('reads nothing of an answer %d, and frees its connection', async (status, refusal) => {
    let cancelled = 0
    const body = () => new ReadableStream({ cancel: () => void cancelled++ }, { highWaterMark: 0 })
    const { fetch } = webOf(() => new Response(body(), { status }))
    const answer = ask('https://acme.example/x', { fetch })
    if (refusal === undefined) expect(await answer).toBeUndefined()
    else await expect(answer).rejects.toMatchObject({ code: refusal, retryable: true })
    expect(cancelled).toBe(1)
  })

  it('needs no body to say that nothing is there, or that it went wrong', async () => {
    const answer = (status: number) => {
      return ask(
        'https://acme.example/x',
        webOf(() => new Response(null, { status })),
      )
    }
    expect(await answer(404)).toBeUndefined()
    await expect(answer(500)).rejects.toMatchObject({ code: 'identity-unavailable', retryable: true })
  })

  it('waits ten seconds unless told otherwise, and leaves no timer behind', async () => {
    const clock = new ManualClock()
    const hanging = (async (_: URL, { signal }: RequestInit) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
      })) as unknown as typeof fetch
    let isSettled = false
    const answer = ask('https://acme.example/x', { fetch: hanging, clock }).catch(error => {
      isSettled = true
      return error
    })
    clock.advance(9999)
    await Promise.resolve()
    expect([isSettled, clock.timerCount]).toEqual([false, 1])
    clock.advance(1)
    expect(await answer).toMatchObject({ code: 'identity-unavailable', retryable: true })
    await ask('https://acme.example/x', { clock })
    expect(clock.timerCount).toBe(0)
  })

  it('keeps what the platform said of a failure for those who look into it', async () => {
    const failing = (async () => {
      throw new TypeError('fetch failed')
    }) as unknown as typeof fetch
    await expect(ask('https://acme.example/x', { fetch: failing })).rejects.toMatchObject({
      code: 'identity-unavailable',
      retryable: true,
      cause: { message: 'fetch failed' },
    })
  })
})
