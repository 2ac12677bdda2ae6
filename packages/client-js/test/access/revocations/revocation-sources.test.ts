import { describe, expect, it } from 'vitest'
import { httpRevocationSource, nodeRevocationSource } from '../../../src/access/index.ts'
import type { RevocationRecord } from '../../../src/contracts/index.ts'

const record = (sequence: number) => ({ sequence, token: `t${sequence}` }) as RevocationRecord

describe('another node as a source', () => {
  it('is read from where the last reading ended, until a page is not full', async () => {
    const asked: unknown[] = []
    const source = nodeRevocationSource({
      name: 'node',
      pageSize: 2,
      list: async params => {
        asked.push(params)
        return {
          revocations: [1, 2, 5]
            .map(record)
            .filter(({ sequence }) => sequence > params.after)
            .slice(0, params.limit),
        }
      },
    })
    const first = await source.fetch(undefined)
    expect(first).toEqual({ tokens: ['t1', 't2'], cursor: '2', hasMore: true })
    const second = await source.fetch(first.cursor)
    expect(second).toEqual({ tokens: ['t5'], cursor: '5', hasMore: false })
    expect(await source.fetch(second.cursor)).toEqual({ tokens: [], cursor: '5', hasMore: false })
    expect(asked).toEqual([2, 2, 2].map((limit, index) => ({ after: [0, 2, 5][index], limit })))
  })

  it('is asked for 500 at once, with the signal of who reads', async () => {
    const asked: unknown[] = []
    const full = Array.from({ length: 500 }, (_, index) => record(index + 1))
    const source = nodeRevocationSource({
      name: 'node',
      list: async (params, options) => {
        asked.push(params, options.signal)
        return { revocations: full }
      },
    })
    const { signal } = new AbortController()
    expect(source.name).toBe('node')
    expect(await source.fetch(undefined, { signal })).toMatchObject({ cursor: '500', hasMore: true })
    expect(asked).toEqual([{ after: 0, limit: 500 }, signal])
  })

  it.each([[[1, 1]], [[2, 1]], [[0]], [[Number.NaN]], [[2 ** 60]]])(
    'may not go in circles: %j is refused',
    async sequences => {
      const source = nodeRevocationSource({
        name: 'node',
        list: async () => ({ revocations: sequences.map(record) }),
      })
      await expect(source.fetch(undefined)).rejects.toMatchObject({ code: 'malformed-frame' })
    },
  )
})

describe('a URL as a source', () => {
  const answering = (body: string, init?: ResponseInit) => {
    const asked: { url: string; redirect: string }[] = []
    const source = httpRevocationSource({
      url: 'https://lists.example/revoked?kind=all',
      maxBytes: 100,
      fetch: async (url, { redirect }) => {
        asked.push({ url, redirect })
        return new Response(body, init)
      },
    })
    return { source, asked }
  }

  it('of fixed content is read whole each time', async () => {
    const { source, asked } = answering('{"tokens":["a","b"]}')
    const page = await source.fetch(undefined)
    expect(page).toEqual({ tokens: ['a', 'b'], cursor: '', hasMore: false })
    await source.fetch(page.cursor)
    expect(asked).toEqual(Array(2).fill({ url: 'https://lists.example/revoked?kind=all', redirect: 'error' }))
  })

  it('that gives a cursor is asked from there', async () => {
    const { source, asked } = answering('{"tokens":[],"cursor":"n 2","hasMore":true}')
    expect(await source.fetch('n1')).toEqual({ tokens: [], cursor: 'n 2', hasMore: true })
    expect(asked[0]?.url).toBe('https://lists.example/revoked?kind=all&cursor=n1')
  })

  it.each([
    ['text', '<html>'],
    ['a list', '[]'],
    ['no tokens', '{}'],
    ['other than tokens', '{"tokens":[1]}'],
    ['a number for a cursor', '{"tokens":[],"cursor":1}'],
    ['text for hasMore', '{"tokens":[],"cursor":"2","hasMore":"no"}'],
    ['more from the same place', '{"tokens":[],"cursor":"c","hasMore":true}'],
  ])('that answers with %s is refused', async (_what, body) => {
    await expect(answering(body).source.fetch('c')).rejects.toMatchObject({ code: 'malformed-frame' })
  })

  it('is read to the limit and no further', async () => {
    const fits = JSON.stringify({ tokens: ['x'.repeat(85)] })
    expect(fits).toHaveLength(100)
    expect((await answering(fits).source.fetch(undefined)).tokens).toHaveLength(1)
    await expect(answering(`${fits} `).source.fetch(undefined)).rejects.toMatchObject({ code: 'too-large' })
  })

  it('that answers with a failure was not read', async () => {
    const { source } = answering('{"tokens":[]}', { status: 404 })
    await expect(source.fetch(undefined)).rejects.toMatchObject({ code: 'dial-failed', retryable: true })
  })

  it('is asked for JSON, with the signal of who reads, and is named by its URL', async () => {
    const inits: unknown[] = []
    const url = 'https://lists.example/revoked'
    const source = httpRevocationSource({
      url,
      fetch: async (_url, init) => {
        inits.push(init)
        return new Response('{"tokens":[]}')
      },
    })
    const { signal } = new AbortController()
    await source.fetch(undefined)
    await source.fetch(undefined, { signal })
    const init = { headers: { accept: 'application/json' }, redirect: 'error' }
    expect(inits).toEqual([init, { ...init, signal }])
    expect(source.name).toBe(url)
  })

  it('may send its answer in parts, and frees the connection once it is too long or a failure', async () => {
    let cancelled = 0
    const parts = (texts: string[], init?: ResponseInit) =>
      new Response(
        new ReadableStream(
          {
            pull(controller) {
              const text = texts.shift()
              if (text === undefined) controller.close()
              else controller.enqueue(new TextEncoder().encode(text))
            },
            cancel: () => void cancelled++,
          },
          { highWaterMark: 0 },
        ),
        init,
      )
    const read = (response: Response) =>
      httpRevocationSource({
        url: 'https://lists.example',
        maxBytes: 40,
        fetch: async () => response,
      }).fetch(undefined)
    expect((await read(parts(['{"tok', 'ens":["a",', '"b"]}']))).tokens).toEqual(['a', 'b'])
    expect(cancelled).toBe(0)
    await expect(read(parts(['x'.repeat(30), 'x'.repeat(11), 'x']))).rejects.toMatchObject({
      code: 'too-large',
    })
    expect(cancelled).toBe(1)
    await expect(read(parts(['x'], { status: 500 }))).rejects.toMatchObject({ code: 'dial-failed' })
    expect(cancelled).toBe(2)
  })

  it('has 4 MiB a page at most, unless told otherwise, and no depth to speak of', async () => {
    const read = (body: string) =>
      httpRevocationSource({ url: 'https://lists.example', fetch: async () => new Response(body) }).fetch('c')
    const limit = 4 * 1024 * 1024
    const fits = '{"tokens":["a"]}'.padEnd(limit)
    expect((await read(fits)).tokens).toEqual(['a'])
    await expect(read(`${fits} `)).rejects.toMatchObject({ code: 'too-large' })
    await expect(read('[[[[[]]]]]')).rejects.toMatchObject({ code: 'too-large' })
    expect(await read('{"tokens":[],"cursor":"d","hasMore":true}')).toMatchObject({ hasMore: true })
    expect(await read('{"tokens":[],"cursor":"c"}')).toMatchObject({ hasMore: false })
    await expect(read('{"tokens":"abc"}')).rejects.toMatchObject({ code: 'malformed-frame' })
  })

  it('that answers with nothing at all is refused', async () => {
    const read = (status: number) =>
      httpRevocationSource({
        url: 'https://lists.example',
        fetch: async () => new Response(null, { status }),
      }).fetch(undefined)
    await expect(read(200)).rejects.toMatchObject({ code: 'malformed-frame' })
    await expect(read(503)).rejects.toMatchObject({
      code: 'dial-failed',
      message: expect.stringContaining('status 503'),
    })
  })

  it('without a cursor cannot say that it has more', async () => {
    const source = httpRevocationSource({
      url: 'https://lists.example',
      fetch: async () => new Response('{"tokens":[],"hasMore":true}'),
    })
    await expect(source.fetch(undefined)).rejects.toMatchObject({ code: 'malformed-frame' })
  })
})
