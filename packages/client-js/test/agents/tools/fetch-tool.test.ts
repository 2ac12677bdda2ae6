import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type FetchToolOptions, fetchTool } from '../../../src/agents/index.ts'
import { toolContext, toolSuite } from '../../../src/testing/tool-suite.ts'

const servers: Server[] = []

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
})

const local: FetchToolOptions = { allow: ['127.0.0.1'], allowHttp: true, allowPrivate: true }

function read(url: string, options: FetchToolOptions = local) {
  return fetchTool(options).execute({ url }, toolContext())
}

const canned: typeof fetch = async () => new Response('hello', { headers: { 'content-type': 'text/plain' } })

toolSuite('fetch', {
  create: () =>
    fetchTool({ allow: ['example.com'], resolveHost: async () => ['93.184.215.14'], fetch: canned }),
  arguments: { url: 'https://example.com/' },
})

describe('fetch', () => {
  it('gives the text of a page, without scripts, styles and tags', async () => {
    const url = await serve((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(
        '<html><head><title>A &amp; B</title><style>p{}</style></head><body><h1>Head</h1><p>One <b>two</b>&nbsp;three' +
          '<script>if (1 < 2) alert("</p>")</script><ul><li>x<li>y</ul><a title="a > b">link</a> 1 < 2',
      )
    })
    expect(await read(url)).toBe('A & B\n\nHead\n\nOne two three\n\n- x\n- y\nlink 1 < 2')
  })

  it('refuses everything until a host is allowed, and says how', async () => {
    await expect(read('https://example.com/', {})).rejects.toThrow(/example\.com.*allow/)
    await expect(read('https://example.com/', {})).rejects.toMatchObject({ code: 'forbidden' })
  })

  it.each([
    ['https://sub.example.com/', true],
    ['https://a.b.example.com/', true],
    ['https://example.com/', false],
    ['https://badexample.com/', false],
    ['https://example.com.evil.org/', false],
    ['https://user:pass@sub.example.com/', false],
    ['http://sub.example.com/', false],
    ['ftp://sub.example.com/', false],
    ['file:///etc/passwd', false],
  ])('with *.example.com allowed: %s is let through: %s', async (url, isAllowed) => {
    const options = { allow: ['*.example.com'], resolveHost: async () => ['93.184.215.14'], fetch: canned }
    const outcome = await read(url, options).catch(error => error.code)
    expect(outcome === 'hello').toBe(isAllowed)
  })

  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[fe80::1]',
    '[fd00::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    'localhost',
    'printer.local',
    'intranet',
  ])('with any host allowed: %s stays closed', async host => {
    const options = { allow: ['*'], fetch: canned, resolveHost: async () => ['93.184.215.14'] }
    await expect(read(`https://${host}/`, options)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('stays out of private networks that a public name leads to', async () => {
    const options = { allow: ['*'], fetch: canned, resolveHost: async () => ['93.184.215.14', '10.0.0.7'] }
    await expect(read('https://rebound.example.com/', options)).rejects.toThrow(/private network/)
    await expect(read('https://example.com/', { ...options, resolveHost: async () => [] })).resolves.toBe(
      'hello',
    )
  })

  it('judges each redirect anew', async () => {
    const inside = await serve((_request, response) => response.end('inside'))
    const url = await serve((request, response) => {
      const target = request.url === '/ok' ? `${inside}/` : 'http://169.254.169.254/latest'
      response.writeHead(302, { location: target }).end()
    })
    expect(await read(`${url}/ok`)).toBe('inside')
    await expect(read(`${url}/bad`)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('ends a circle of redirects', async () => {
    const url = await serve((_request, response) => response.writeHead(302, { location: '/' }).end())
    await expect(read(url)).rejects.toThrow(/more than 5/)
  })

  it('reads no more than the limit of an endless page', async () => {
    const url = await serve((_request, response) => {
      response.setHeader('content-type', 'text/plain')
      const write = () => {
        while (response.write('x'.repeat(1024)));
        response.once('drain', write)
      }
      write()
    })
    const text = (await read(url, { ...local, maxBytes: 10_000, maxCharacters: 100 })) as string
    expect(text).toBe(`${'x'.repeat(100)} … (cut)`)
  })

  it('gives up on a page that does not come', async () => {
    const url = await serve(() => {})
    await expect(read(url, { ...local, timeoutMs: 50 })).rejects.toMatchObject({ code: 'deadline-exceeded' })
  })

  it('ends with its caller’s signal', async () => {
    const controller = new AbortController()
    const url = await serve(() => controller.abort(new Error('left')))
    const reading = fetchTool(local).execute({ url }, toolContext({ signal: controller.signal }))
    await expect(reading).rejects.toThrow('left')
  })

  it('refuses what is not text, and tells a failing status', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/image') response.writeHead(200, { 'content-type': 'image/png' }).end('x')
      else response.writeHead(404).end()
    })
    await expect(read(`${url}/image`)).rejects.toMatchObject({ code: 'unsupported' })
    await expect(read(`${url}/gone`)).rejects.toThrow(/status 404/)
  })
})
