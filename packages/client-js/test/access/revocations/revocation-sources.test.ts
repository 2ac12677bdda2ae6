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
})
