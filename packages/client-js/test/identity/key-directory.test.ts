import { beforeEach, describe, expect, it } from 'vitest'
import type { Did, KeyDirectory, PrincipalDid } from '../../src/contracts/index.ts'
import {
  appendToDidLog,
  createKeyDirectory,
  createWebDidDocument,
  type DidLog,
  DidLogStore,
  lumosDid,
  verifyDidLog,
} from '../../src/identity/index.ts'
import { MemoryStore } from '../../src/stores/index.ts'
import { keyDirectorySuite } from '../../src/testing/key-directory-suite.ts'
import { MemoryKeyDirectory } from '../../src/testing/memory-key-directory.ts'
import { type Cast, createCast } from './did-log/cast.ts'
import { code } from './refused.ts'

const organisation = 'did:web:acme.example' as PrincipalDid
const nobody = lumosDid(`bagaaiera${'a'.repeat(52)}`)

/** A web of answers by URL, that counts what is asked of it. */
class Web {
  readonly asked: string[] = []
  answers = new Map<string, () => Response | Promise<Response>>()

  readonly fetch = (async (url: URL) => {
    this.asked.push(url.href)
    const answer = this.answers.get(url.href)
    if (answer === undefined) throw new TypeError('fetch failed')
    return answer()
  }) as unknown as typeof fetch
}

let cast: Cast
let web: Web
let directory: KeyDirectory
let didLogs: DidLogStore
let person: PrincipalDid
/** What the log's source has; undefined: it does not answer. */
let sourceLog: DidLog | undefined
let asked: number

async function setUp() {
  cast = await createCast()
  web = new Web()
  asked = 0
  sourceLog = cast.log
  person = (await verifyDidLog(cast.log)).did
  const document = createWebDidDocument(organisation, { a: cast.stranger.did, b: cast.tablet.did })
  web.answers.set('https://acme.example/.well-known/did.json', () => Response.json(document))
  didLogs = new DidLogStore({
    store: new MemoryStore(),
    clock: cast.clock,
    sources: [
      {
        name: 'source',
        fetch: async did => {
          asked++
          if (sourceLog === undefined) throw new Error('no answer')
          return did === person ? sourceLog : undefined
        },
      },
    ],
  })
  directory = createKeyDirectory({ didLogs, fetch: web.fetch, clock: cast.clock, maxAgeMs: 60_000 })
}
beforeEach(setUp)

keyDirectorySuite('the one over logs and the web', async () => {
  await setUp()
  return {
    directory,
    known: [
      { principal: cast.phone.did, keys: [cast.phone.did] },
      { principal: person, keys: [cast.phone.did, cast.laptop.did] },
      { principal: organisation, keys: [cast.stranger.did, cast.tablet.did] },
    ],
    unknown: nobody,
    cutOff() {
      sourceLog = undefined
      web.answers.clear()
      cast.clock.advance(60_000)
    },
  }
})

keyDirectorySuite('the one in memory', async () => {
  const { phone, laptop, tablet } = await createCast()
  const memory = new MemoryKeyDirectory()
  memory.set(organisation, [phone.did, laptop.did])
  return {
    directory: memory,
    known: [
      { principal: tablet.did, keys: [tablet.did] },
      { principal: organisation, keys: [phone.did, laptop.did] },
    ],
    unknown: nobody,
    cutOff: () => memory.set(organisation, []),
  }
})

describe('the key directory', () => {
  it('answers at once for a did:key, and for anybody asked lately', async () => {
    expect(directory.keysOf(cast.phone.did)).toEqual([cast.phone.did])
    for (const principal of [person, organisation]) {
      const first = directory.keysOf(principal)
      expect(first).toBeInstanceOf(Promise)
      const keys = await first
      cast.clock.advance(59_999)
      expect(directory.keysOf(principal)).toBe(keys)
      cast.clock.advance(1)
      expect(directory.keysOf(principal)).toBeInstanceOf(Promise)
      await directory.keysOf(principal)
    }
  })

  it('asks once for many who wait, and again once the answer is too old', async () => {
    await Promise.all(Array.from({ length: 20 }, () => directory.keysOf(organisation)))
    expect(web.asked).toEqual(['https://acme.example/.well-known/did.json'])
    cast.clock.advance(60_000)
    await directory.keysOf(organisation)
    expect(web.asked).toHaveLength(2)
    await Promise.all(Array.from({ length: 20 }, () => directory.keysOf(person)))
    expect(asked).toBe(1)
  })

  it('forgets a failure at once, and says that asking again may help', async () => {
    const answer = web.answers.get('https://acme.example/.well-known/did.json') as () => Response
    web.answers.clear()
    await expect(directory.keysOf(organisation)).rejects.toMatchObject({
      code: 'identity-unavailable',
      retryable: true,
    })
    web.answers.set('https://acme.example/.well-known/did.json', answer)
    expect(await directory.keysOf(organisation)).toHaveLength(2)
  })

  it('drops a removed device within the age of an answer, and at once when it is told', async () => {
    await directory.keysOf(person)
    sourceLog = await appendToDidLog(cast.log, { type: 'remove-device', key: cast.laptop.did }, cast.phone)
    expect(directory.keysOf(person)).toContain(cast.laptop.did)
    cast.clock.advance(60_000)
    expect(await directory.keysOf(person)).toEqual([cast.phone.did])
    const added = await appendToDidLog(
      sourceLog,
      { type: 'add-device', key: cast.tablet.did, label: 'Tablet' },
      cast.phone,
    )
    await didLogs.offer(added)
    expect(directory.keysOf(person)).toEqual([cast.phone.did, cast.tablet.did])
  })

  it('trusts no key of a deactivated DID', async () => {
    sourceLog = await appendToDidLog(cast.log, { type: 'deactivate' }, cast.words)
    await expect(directory.keysOf(person)).rejects.toMatchObject({
      code: 'identity-unavailable',
      retryable: false,
    })
    expect(() => directory.keysOf(person)).toThrow(code('identity-unavailable'))
  })

  it('lets nobody hide a removal behind an older log', async () => {
    const newer = await appendToDidLog(cast.log, { type: 'remove-device', key: cast.laptop.did }, cast.phone)
    await didLogs.offer(newer)
    await expect(directory.keysOf(person)).rejects.toMatchObject({
      code: 'identity-unavailable',
      retryable: true,
    })
    sourceLog = newer
    expect(await directory.keysOf(person)).toEqual([cast.phone.did])
  })

  it('takes the keys that may invoke, else those that authenticate, and refuses a document without any', async () => {
    const url = 'https://acme.example/.well-known/did.json'
    const document = createWebDidDocument(organisation, { a: cast.stranger.did, b: cast.tablet.did })
    const { capabilityInvocation: _, ...authenticating } = document
    web.answers.set(url, () => Response.json({ ...authenticating, authentication: ['#b'] }))
    expect(await directory.keysOf(organisation)).toEqual([cast.tablet.did])
    for (const change of [
      { capabilityInvocation: [] },
      { authentication: [], capabilityInvocation: undefined },
    ]) {
      cast.clock.advance(60_000)
      web.answers.set(url, () => Response.json({ ...document, ...change }))
      await expect(directory.keysOf(organisation)).rejects.toThrow(code('identity-unavailable'))
    }
  })

  it('keeps the reason of a document that it cannot read', async () => {
    web.answers.set('https://acme.example/.well-known/did.json', () => new Response('{'))
    await expect(directory.keysOf(organisation)).rejects.toMatchObject({
      code: 'identity-unavailable',
      retryable: false,
      cause: { code: 'malformed-frame' },
    })
  })

  it('knows no logs and no web that it was not given', async () => {
    const bare = createKeyDirectory({ clock: cast.clock })
    expect(bare.keysOf(cast.phone.did)).toEqual([cast.phone.did])
    for (const principal of [person, organisation]) {
      expect(() => bare.keysOf(principal)).toThrow(code('identity-unavailable'))
    }
  })

  it('keeps no more documents than it was told to', async () => {
    const small = createKeyDirectory({ fetch: web.fetch, clock: cast.clock, maxCachedDocuments: 2 })
    const names = ['one', 'two', 'three'].map(name => `did:web:${name}.example` as PrincipalDid)
    for (const did of names) {
      const document = createWebDidDocument(did, { key: cast.phone.did as Did })
      web.answers.set(`https://${did.slice(8)}/.well-known/did.json`, () => Response.json(document))
      await small.keysOf(did)
    }
    const isKept = names.map(did => !(small.keysOf(did) instanceof Promise))
    expect(isKept).toEqual([false, true, true])
  })

  it('aborts the question itself when nobody waits for the answer any more', async () => {
    let signal: AbortSignal | undefined
    const hanging = createKeyDirectory({
      clock: cast.clock,
      fetch: (async (_: URL, init: RequestInit) => {
        signal = init.signal as AbortSignal
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal?.reason))
        })
      }) as unknown as typeof fetch,
    })
    const controllers = [new AbortController(), new AbortController()]
    const waiting = controllers.map(({ signal: mine }) => hanging.keysOf(organisation, { signal: mine }))
    const settled = Promise.allSettled(waiting)
    controllers[0]?.abort(new Error('one'))
    await expect(waiting[0]).rejects.toThrow('one')
    expect(signal?.aborted).toBe(false)
    controllers[1]?.abort(new Error('two'))
    await settled
    expect(signal?.aborted).toBe(true)
    expect(cast.clock.timerCount).toBe(0)
  })
})
