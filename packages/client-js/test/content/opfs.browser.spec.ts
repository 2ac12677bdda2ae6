import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../../../../tests/browser/test.ts'
import type { OpfsCalls } from './opfs-page.ts'

declare const calls: OpfsCalls

const script = join(import.meta.dirname, 'opfs-page.ts')

type Ask = <Name extends keyof OpfsCalls>(
  name: Name,
  ...args: Parameters<OpfsCalls[Name]>
) => Promise<Awaited<ReturnType<OpfsCalls[Name]>>>

type AnyCall = (...args: unknown[]) => Promise<unknown>

/** Calls in the page, whose handles are asynchronous. */
const inPage =
  (page: Page): Ask =>
  (name, ...args) =>
    page.evaluate(([called, given]) => (calls as unknown as Record<string, AnyCall>)[called]?.(...given), [
      name,
      args as unknown[],
    ] as [string, unknown[]]) as never

/** Calls in a dedicated worker of the page, which has handles that write at once. */
const inWorker =
  (page: Page): Ask =>
  (name, ...args) =>
    page.evaluate(
      async ([called, given]) => {
        const source = document.querySelector<HTMLScriptElement>('script[src]')?.src as string
        const code = `const ready = import(${JSON.stringify(source)})
          onmessage = async ({ data: [name, args] }) => {
            await ready
            calls[name](...args).then(value => postMessage({ value }), error => postMessage({ error: String(error) }))
          }`
        const thread = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), {
          type: 'module',
        })
        const answer = await new Promise<{ value?: unknown; error?: string }>((resolve, reject) => {
          thread.onmessage = ({ data }) => resolve(data)
          thread.onerror = event => reject(new Error(event.message))
          thread.postMessage([called, given])
        })
        thread.terminate()
        if (answer.error !== undefined) throw new Error(answer.error)
        return answer.value
      },
      [name, args] as const,
    ) as never

for (const [place, ask] of [
  ['page', inPage],
  ['worker', inWorker],
] as const) {
  test(`blocks written in a ${place} are there after a reload, for pages and workers`, async ({
    page,
    servePage,
  }) => {
    await page.goto(await servePage({ script }))
    const sizes = [1, 70_000, 2_097_152]
    const ids = await ask(page)('putAndGet', 'blocks-test', sizes)
    await page.reload()
    expect(await inPage(page)('sizes', 'blocks-test', ids)).toEqual(sizes)
    expect(await inWorker(page)('sizes', 'blocks-test', ids)).toEqual(sizes)
    expect(await ask(page)('list', 'blocks-test')).toEqual(
      Object.fromEntries(ids.map((cid, index) => [cid, sizes[index]])),
    )
  })

  test(`a torn block is found in a ${place}, thrown away, and taken anew`, async ({ page, servePage }) => {
    await page.goto(await servePage({ script }))
    const [cid = ''] = await ask(page)('putAndGet', 'blocks-test', [70_000])
    await ask(page)('tear', 'blocks-test', cid)
    expect(await ask(page)('sizes', 'blocks-test', [cid])).toEqual([-1])
    expect(await ask(page)('list', 'blocks-test')).toEqual({})
    await ask(page)('putAndGet', 'blocks-test', [70_000])
    expect(await ask(page)('sizes', 'blocks-test', [cid])).toEqual([70_000])
  })
}

test('a download that a reload interrupts goes on, and is read without the hub afterwards', async ({
  page,
  servePage,
}) => {
  const weights = Buffer.alloc(9_000_000)
  for (let index = 0; index < weights.length; index++) weights[index] = Math.imul(index, 2654435761) >>> 23
  const sha256 = createHash('sha256').update(weights).digest('hex')
  const ranges: (string | undefined)[] = []
  const hub = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', '*')
    response.setHeader('access-control-expose-headers', '*')
    response.setHeader('cross-origin-resource-policy', 'cross-origin')
    if (request.method === 'OPTIONS') return response.end()
    if (request.url?.startsWith('/api/')) {
      const siblings = [{ rfilename: 'onnx/model.onnx', size: weights.length, lfs: { sha256 } }]
      return response.end(JSON.stringify({ sha: 'abc123', siblings }))
    }
    const { range } = request.headers
    ranges.push(range)
    const start = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0)
    if (start === 0) {
      response.writeHead(200, { 'content-length': weights.length })
      // The rest never comes.
      return response.write(weights.subarray(0, 8_900_000))
    }
    response.writeHead(206, { 'content-range': `bytes ${start}-${weights.length - 1}/${weights.length}` })
    return response.end(weights.subarray(start))
  })
  await new Promise<void>(resolve => hub.listen(0, '127.0.0.1', resolve))
  try {
    const baseUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`
    await page.goto(await servePage({ script }))
    inPage(page)('readModel', baseUrl).catch(() => {})
    await expect.poll(() => inPage(page)('rememberedBytes')).toBeGreaterThan(2_000_000)
    await page.reload()
    expect(await inWorker(page)('readModel', baseUrl)).toBe(sha256)
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[2-9]\d{6}-$/)])
    await page.reload()
    const asked = ranges.length
    expect(await inPage(page)('readModel', 'http://127.0.0.1:9')).toBe(sha256)
    expect(ranges).toHaveLength(asked)
  } finally {
    hub.closeAllConnections()
    hub.close()
  }
})
