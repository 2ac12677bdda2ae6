import { createJWT, EdDSASigner, verifyJWT } from 'did-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PrincipalDid } from '../../src/contracts/index.ts'
import {
  appendToDidLog,
  createDidResolver,
  createWebDidDocument,
  DidLogStore,
  identityFromSeed,
  type LumosDid,
  lumosDid,
  verifyDidLog,
} from '../../src/identity/index.ts'
import { MemoryStore } from '../../src/stores/index.ts'
import { type Cast, createCast } from './did-log/cast.ts'

const organisation = 'did:web:acme.example' as PrincipalDid
let cast: Cast
let person: LumosDid
let didLogs: DidLogStore
let resolver: ReturnType<typeof createDidResolver>
let document: unknown

beforeAll(async () => {
  cast = await createCast()
  didLogs = new DidLogStore({ store: new MemoryStore(), clock: cast.clock })
  person = (await didLogs.offer(cast.log)).did
  document = createWebDidDocument(organisation, { 'key-1': cast.tablet.did })
  resolver = createDidResolver({
    didLogs,
    clock: cast.clock,
    fetch: (async () => Response.json(document)) as unknown as typeof fetch,
  })
})

describe('the resolver', () => {
  it('shows a did:key as one Multikey that may do everything', async () => {
    const { did } = cast.phone
    const id = `${did}#${did.slice(8)}`
    expect(await resolver.resolve(did)).toEqual({
      didResolutionMetadata: { contentType: 'application/did+ld+json' },
      didDocumentMetadata: {},
      didDocument: {
        '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
        id: did,
        verificationMethod: [{ id, type: 'Multikey', controller: did, publicKeyMultibase: did.slice(8) }],
        authentication: [id],
        assertionMethod: [id],
        capabilityInvocation: [id],
        capabilityDelegation: [id],
      },
    })
  })

  it('shows a did:lumos with its devices and versions, never its recovery keys', async () => {
    const result = await resolver.resolve(person)
    expect(result.didDocument?.verificationMethod?.map(method => method.id)).toEqual(
      [cast.phone, cast.laptop].map(({ did }) => `${person}#${did.slice(8)}`),
    )
    expect(result.didDocumentMetadata).toEqual({
      created: '2026-01-02T03:04:05Z',
      updated: '2026-01-02T03:04:05Z',
      versionId: person.slice('did:lumos:'.length),
    })
    expect(JSON.stringify(result)).not.toContain(cast.words.did.slice(8))
    expect(JSON.stringify(result)).not.toContain('Phone')
  })

  it('shows that a DID was deactivated, with no key', async () => {
    const logs = new DidLogStore({ store: new MemoryStore(), clock: cast.clock })
    await logs.offer(await appendToDidLog(cast.log, { type: 'deactivate' }, cast.words))
    const result = await createDidResolver({ didLogs: logs }).resolve(person)
    expect(result.didDocumentMetadata.deactivated).toBe(true)
    expect(Object.keys(result.didDocument ?? {})).toEqual(['@context', 'id'])
  })

  it('shows a did:web as its host gives it', async () => {
    const result = await resolver.resolve(organisation)
    expect(result.didDocument).toEqual(document)
    expect(result.didResolutionMetadata.contentType).toBe('application/did+ld+json')
  })

  it.each([
    [
      'a document of another DID',
      {
        ...createWebDidDocument(organisation, {
          a: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' as never,
        }),
        id: 'did:web:other.example',
      },
    ],
    [
      'a document with a key that somebody else controls',
      {
        id: organisation,
        assertionMethod: [
          { id: '#a', type: 'Multikey', controller: 'did:web:x.example', publicKeyMultibase: 'z' },
        ],
      },
    ],
  ])('shows no %s', async (_, hostile) => {
    const resolve = createDidResolver({
      fetch: (async () => Response.json(hostile)) as unknown as typeof fetch,
    })
    const result = await resolve.resolve(organisation)
    expect(result.didDocument).toBeNull()
    expect(result.didResolutionMetadata.error).toBe('invalidDid')
  })

  it.each([
    ['did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP', 'invalidDid'],
    ['did:key:z6Mk', 'invalidDid'],
    ['did:lumos:short', 'invalidDid'],
    ['did:web:10.0.0.1', 'invalidDid'],
    [lumosDid(`bagaaiera${'a'.repeat(52)}`), 'notFound'],
    ['did:example:123', 'unsupportedDidMethod'],
    ['nonsense', 'invalidDid'],
  ])('answers %s with %s, not with an exception', async (did, error) => {
    const result = await resolver.resolve(did)
    expect(result.didDocument).toBeNull()
    expect(result.didResolutionMetadata.error).toBe(error)
  })

  it('says why the web did not answer', async () => {
    const failing = createDidResolver({
      fetch: (async () => new Response('', { status: 500 })) as unknown as typeof fetch,
    })
    expect((await failing.resolve(organisation)).didResolutionMetadata).toMatchObject({
      error: 'identity-unavailable',
      message: 'https://acme.example answered 500.',
    })
  })

  it('says that a host gave no document where it gave no JSON', async () => {
    const broken = createDidResolver({ fetch: (async () => new Response('{')) as unknown as typeof fetch })
    const result = await broken.resolve(organisation)
    expect(result.didDocument).toBeNull()
    expect(result.didResolutionMetadata).toMatchObject({ error: 'invalidDid', message: expect.any(String) })
  })

  it('tells a document of plain JSON from one of JSON-LD', async () => {
    const { '@context': _, ...plain } = createWebDidDocument(organisation, { a: cast.tablet.did })
    const web = createDidResolver({
      fetch: (async () => Response.json(plain)) as unknown as typeof fetch,
    })
    expect((await web.resolve(organisation)).didResolutionMetadata.contentType).toBe('application/did+json')
  })

  it.each([
    [undefined, 300_000],
    [1000, 1000],
  ])('told an age of %s, asks anew after %d milliseconds', async (maxAgeMs, age) => {
    let asked = 0
    const source = {
      name: 'source',
      fetch: async () => {
        asked++
        return cast.log
      },
    }
    const logs = new DidLogStore({ store: new MemoryStore(), clock: cast.clock, sources: [source] })
    const aging = createDidResolver({ didLogs: logs, ...(maxAgeMs !== undefined && { maxAgeMs }) })
    await aging.resolve(person)
    cast.clock.advance(age - 1)
    await aging.resolve(person)
    expect(asked).toBe(1)
    cast.clock.advance(1)
    await aging.resolve(person)
    expect(asked).toBe(2)
  })

  it('does not take a broken store for an answer', async () => {
    class BrokenStore extends MemoryStore {
      override list(): never {
        throw new TypeError('broken')
      }
    }
    const logs = new DidLogStore({ store: new BrokenStore(), clock: cast.clock })
    await expect(createDidResolver({ didLogs: logs }).resolve(person)).rejects.toThrow('broken')
  })

  it('knows only the methods it was given what they need for, and further ones', async () => {
    const bare = createDidResolver({
      registry: {
        example: async did => ({
          didResolutionMetadata: {},
          didDocument: { id: did },
          didDocumentMetadata: {},
        }),
      },
    })
    for (const did of [person, organisation]) {
      expect((await bare.resolve(did)).didResolutionMetadata.error).toBe('unsupportedDidMethod')
    }
    expect((await bare.resolve('did:example:1')).didDocument?.id).toBe('did:example:1')
    expect((await bare.resolve(cast.phone.did)).didDocument?.id).toBe(cast.phone.did)
  })
})

it('serves did-jwt unchanged: what a device signs for its person verifies, what a removed one signs does not', async () => {
  const laptopSeed = new Uint8Array(32).fill(7)
  new DataView(laptopSeed.buffer).setUint32(0, 2)
  expect((await identityFromSeed(laptopSeed)).did).toBe(cast.laptop.did)
  const jwt = await createJWT(
    { aud: cast.stranger.did },
    { issuer: person, signer: EdDSASigner(laptopSeed), alg: 'EdDSA' },
    { alg: 'EdDSA' },
  )
  const verified = await verifyJWT(jwt, { resolver, audience: cast.stranger.did })
  expect(verified).toMatchObject({ verified: true, issuer: person })
  expect(verified.signer.id).toBe(`${person}#${cast.laptop.did.slice(8)}`)
  await didLogs.offer(
    await appendToDidLog(cast.log, { type: 'remove-device', key: cast.laptop.did }, cast.phone, {
      clock: cast.clock,
    }),
  )
  expect((await verifyDidLog((await didLogs.log(person)) ?? [])).keys).toEqual([cast.phone.did])
  await expect(verifyJWT(jwt, { resolver, audience: cast.stranger.did })).rejects.toThrow('invalid_signature')
})
