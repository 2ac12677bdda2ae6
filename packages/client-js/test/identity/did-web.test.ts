import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Did, PrincipalDid } from '../../src/contracts/index.ts'
import {
  createWebDidDocument,
  fetchWebDidDocument,
  isWebDid,
  webDid,
  webDidUrl,
} from '../../src/identity/index.ts'
import { documentKeys } from '../../src/identity/read-did-document.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { code } from './refused.ts'

const key = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' as Did
const other = 'did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG' as Did
const did = 'did:web:acme.example' as PrincipalDid

describe('a did:web', () => {
  it.each([
    ['did:web:acme.example', 'https://acme.example/.well-known/did.json'],
    ['did:web:w3c-ccg.github.io:user:alice', 'https://w3c-ccg.github.io/user/alice/did.json'],
    ['did:web:example.com%3A3000:user:alice', 'https://example.com:3000/user/alice/did.json'],
    ['did:web:example.com%3A443', 'https://example.com/.well-known/did.json'],
    ['did:web:xn--bcher-kva.example', 'https://xn--bcher-kva.example/.well-known/did.json'],
    ['did:web:localhost', 'http://localhost/.well-known/did.json'],
    ['did:web:dev.localhost', 'https://dev.localhost/.well-known/did.json'],
    ['did:web:localhost%3A8080', 'http://localhost:8080/.well-known/did.json'],
    ['did:web:127.0.0.1%3A8080:team', 'http://127.0.0.1:8080/team/did.json'],
    ['did:web:acme.example:a.b_c~d-e', 'https://acme.example/a.b_c~d-e/did.json'],
  ])('%s is at %s', (name, url) => {
    expect(isWebDid(name)).toBe(true)
    expect(webDidUrl(name as PrincipalDid).href).toBe(url)
  })

  it.each([
    'did:web:',
    'did:web:localhos',
    'did:web:Acme.example',
    'did:web:acme.example:',
    'did:web:acme.example::x',
    'did:web:acme.example:..:x',
    'did:web:acme.example:.',
    'did:web:acme.example:%2e%2e',
    'did:web:acme.example%2Fx',
    'did:web:acme.example%3Aport',
    'did:web:acme.example%3A99999',
    'did:web:acme.example%3A0443',
    'did:web:acme.example:a/b',
    'did:web:acme.example?x',
    'did:web:acme.example#x',
    'did:web:user@acme.example',
    'did:web:acme.example ',
    'did:web:10.0.0.1',
    'did:web:127.0.0.2',
    'did:web:2130706433',
    'did:web:0x7f.1',
    'did:web:[::1]',
    'did:web:acme.example.',
    'did:web:acme..example',
    'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
    `did:web:acme.example:${'a'.repeat(500)}`,
  ])('is not %j', name => {
    expect(isWebDid(name)).toBe(false)
    expect(() => webDidUrl(name as PrincipalDid)).toThrow(code('invalid-request'))
  })

  it('is made of a URL, and leads back to it', () => {
    expect(webDid('https://acme.example')).toBe('did:web:acme.example')
    expect(webDid('https://acme.example:8443/teams/blue/')).toBe('did:web:acme.example%3A8443:teams:blue')
    expect(webDidUrl(webDid('https://acme.example/teams/blue')).href).toBe(
      'https://acme.example/teams/blue/did.json',
    )
    for (const url of ['https://10.0.0.1', 'https://acme.example/a%20b', 'https://[::1]/']) {
      expect(() => webDid(url)).toThrow(code('invalid-request'))
    }
  })
})

describe('an organisation’s document', () => {
  it('lists its keys for all they may do, and reads back', () => {
    const document = createWebDidDocument(did, { 'key-1': key, 'key-2': other })
    expect(document).toEqual({
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: did,
      verificationMethod: [
        {
          id: `${did}#key-1`,
          type: 'Multikey',
          controller: did,
          publicKeyMultibase: 'z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
        },
        {
          id: `${did}#key-2`,
          type: 'Multikey',
          controller: did,
          publicKeyMultibase: 'z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG',
        },
      ],
      authentication: [`${did}#key-1`, `${did}#key-2`],
      assertionMethod: [`${did}#key-1`, `${did}#key-2`],
      capabilityInvocation: [`${did}#key-1`, `${did}#key-2`],
      capabilityDelegation: [`${did}#key-1`, `${did}#key-2`],
    })
    expect(documentKeys(document as never, did, 'assertionMethod')).toEqual([key, other])
  })

  it.each<[string, () => unknown]>([
    ['without a key', () => createWebDidDocument(did, {})],
    ['for another method', () => createWebDidDocument(key, { a: key })],
    ['with a name that is no fragment', () => createWebDidDocument(did, { 'a#b': key })],
    ['with a key that is none', () => createWebDidDocument(did, { a: did as unknown as Did })],
  ])('is not made %s', (_, make) => {
    expect(make).toThrow(code('invalid-request'))
  })
})

describe('fetching a document', () => {
  let server: Server
  let local: PrincipalDid
  let answer: (path: string) => { status?: number; headers?: Record<string, string>; body?: string }
  let requests: { url: string | undefined; headers: NodeJS.Dict<string | string[]> }[]

  beforeEach(async () => {
    requests = []
    server = createServer((request, response) => {
      requests.push({ url: request.url, headers: request.headers })
      const { status = 200, headers = {}, body = '{}' } = answer(request.url ?? '')
      response.writeHead(status, headers).end(body)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    local = `did:web:127.0.0.1%3A${(server.address() as AddressInfo).port}` as PrincipalDid
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })

  const fetchLocal = (options = {}) =>
    fetchWebDidDocument(local, { fetch, allowLoopback: true, clock: new ManualClock(), ...options })

  it('asks for it over real HTTP, without cookies or referrer', async () => {
    answer = () => ({ body: JSON.stringify(createWebDidDocument(local, { a: key })) })
    expect(documentKeys(await fetchLocal(), local, 'authentication')).toEqual([key])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({
      url: '/.well-known/did.json',
      headers: { accept: 'application/did+json, application/json' },
    })
    expect(requests[0]?.headers).not.toHaveProperty('cookie')
    expect(requests[0]?.headers).not.toHaveProperty('referer')
  })

  it('follows no redirect', async () => {
    answer = path => (path === '/ok' ? { body: '{}' } : { status: 302, headers: { location: '/ok' } })
    await expect(fetchLocal()).rejects.toMatchObject({ code: 'identity-unavailable', retryable: true })
    expect(requests.map(({ url }) => url)).toEqual(['/.well-known/did.json'])
  })

  it.each([404, 410])('says that nothing is there at %d', async status => {
    answer = () => ({ status })
    await expect(fetchLocal()).rejects.toThrow(code('not-found'))
  })

  it.each([401, 500, 503, 204])('does not take %d for an answer', async status => {
    answer = () => ({ status, body: '' })
    await expect(fetchLocal()).rejects.toThrow(expect.objectContaining({ name: 'LumosError' }))
  })

  it('reads 64 KiB and no more, 16 levels and no more', async () => {
    const padded = (length: number) => JSON.stringify({ id: 'x'.repeat(length - '{"id":""}'.length) })
    answer = () => ({ body: padded(64 * 1024) })
    expect(await fetchLocal()).toMatchObject({ id: expect.any(String) })
    answer = () => ({ body: padded(64 * 1024 + 1) })
    await expect(fetchLocal()).rejects.toThrow(code('too-large'))
    answer = () => ({ body: '['.repeat(17) + ']'.repeat(17) })
    await expect(fetchLocal()).rejects.toThrow(code('too-large'))
    answer = () => ({ body: 'no json' })
    await expect(fetchLocal()).rejects.toThrow(code('malformed-frame'))
  })

  it('asks this machine only when allowed, and never asks a host that the app does not allow', async () => {
    answer = () => ({})
    await expect(fetchWebDidDocument(local, { fetch })).rejects.toMatchObject({
      code: 'identity-unavailable',
      retryable: false,
    })
    await expect(fetchLocal({ allowHost: (host: string) => host !== '127.0.0.1' })).rejects.toMatchObject({
      code: 'identity-unavailable',
      retryable: false,
    })
    expect(requests).toEqual([])
    expect(await fetchLocal({ allowHost: (host: string) => host === '127.0.0.1' })).toEqual({})
  })

  it('gives up after its time, and when its caller does', async () => {
    const clock = new ManualClock()
    const hanging = (async (_: URL, init: RequestInit) =>
      new Promise((_resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })) as unknown as typeof fetch
    const late = fetchWebDidDocument(did, { fetch: hanging, clock, timeoutMs: 500 })
    const settled = late.catch(error => error)
    clock.advance(500)
    expect(await settled).toMatchObject({
      code: 'identity-unavailable',
      cause: { code: 'deadline-exceeded' },
    })
    const controller = new AbortController()
    const stopped = fetchWebDidDocument(did, { fetch: hanging, clock, signal: controller.signal })
    controller.abort(new Error('gone'))
    await expect(stopped).rejects.toThrow('gone')
    await expect(
      fetchWebDidDocument(did, { fetch: hanging, clock, signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before')
    expect(clock.timerCount).toBe(0)
  })

  it('stops reading an answer that trickles on after its time', async () => {
    const clock = new ManualClock()
    const trickling = (async () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            clock.advance(300)
            controller.enqueue(new Uint8Array(1))
          },
        }),
      )) as unknown as typeof fetch
    await expect(
      fetchWebDidDocument(did, { fetch: trickling, clock, timeoutMs: 1000 }),
    ).rejects.toMatchObject({
      code: 'identity-unavailable',
    })
  })
})
