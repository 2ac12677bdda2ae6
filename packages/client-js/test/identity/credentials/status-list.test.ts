import { beforeEach, describe, expect, it } from 'vitest'
import { type JsonObject, LumosError, type PrincipalDid } from '../../../src/contracts/index.ts'
import { base64url } from '../../../src/core/index.ts'
import {
  createStatusChecker,
  createStatusListKeeper,
  httpStatusLists,
  issueStatusList,
  StatusList,
  type StatusListSource,
} from '../../../src/identity/credentials/index.ts'
import { readStatusEntry, type StatusEntry } from '../../../src/identity/credentials/status-entry.ts'
import { code, reason } from '../refused.ts'
import { createParties, hour, listUrl, type Parties, partsOf, signAnything } from './parties.ts'

let parties: Parties
beforeEach(async () => {
  parties = await createParties()
})

// W3C Bitstring Status List v1.0, example of a status list credential: 131,072 clear bits.
const emptyList = 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA'

const gzip = async (bytes: Uint8Array<ArrayBuffer>) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))
  return `u${base64url.encode(new Uint8Array(await new Response(stream).arrayBuffer()))}`
}

describe('a status list', () => {
  it('reads the example of the specification', async () => {
    const list = await StatusList.decode(emptyList)
    expect(list.length).toBe(131_072)
    for (let index = 0; index < list.length; index++) if (list.get(index)) expect.fail(`${index} is set`)
  })

  it('keeps each bit where the specification says: the first is the most significant of the first byte', async () => {
    const list = StatusList.create()
    for (const index of [0, 9, 131_071]) list.set(index, true)
    const bytes = new Uint8Array(131_072 / 8)
    bytes.set([0x80, 0x40])
    bytes[16_383] = 0x01
    expect(await list.encode()).toBe(await gzip(bytes))
    const read = await StatusList.decode(await list.encode())
    expect([0, 1, 8, 9, 10, 131_070, 131_071].filter(index => read.get(index))).toEqual([0, 9, 131_071])
    read.set(9, false)
    expect(read.get(9)).toBe(false)
    expect(read.get(0)).toBe(true)
  })

  it.each([131_064, 131_073, 8_388_616, Number.NaN])('is not made with %d entries', length => {
    expect(() => StatusList.create(length)).toThrow(code('invalid-request'))
  })

  it.each([-1, 131_072, 0.5, Number.NaN])('has no entry %d', index => {
    const list = StatusList.create()
    expect(() => list.get(index)).toThrow(code('invalid-request'))
    expect(() => list.set(index, true)).toThrow(code('invalid-request'))
  })

  it('does not read what is short, cut, unpacked, or a bomb', async () => {
    const bomb = await gzip(new Uint8Array(1024 * 1024 + 1))
    expect(bomb.length).toBeLessThan(2000)
    expect((await StatusList.decode(await gzip(new Uint8Array(1024 * 1024)))).length).toBe(8_388_608)
    const short = await gzip(new Uint8Array(16_383))
    for (const text of [
      bomb,
      short,
      emptyList.slice(0, -8),
      emptyList.slice(1),
      `z${emptyList.slice(1)}`,
      'u',
      '',
      'u!',
      `${emptyList}AAAA`,
    ]) {
      await expect(StatusList.decode(text), text.slice(0, 20)).rejects.toMatchObject({
        code: 'invalid-request',
      })
    }
  })
})

describe('an entry in a credential', () => {
  const entry: StatusEntry = {
    type: 'BitstringStatusListEntry',
    statusPurpose: 'suspension',
    statusListIndex: '0',
    statusListCredential: listUrl,
  }

  it('is read as it is, and what else stands in it is left out', () => {
    expect(readStatusEntry({ ...entry, statusSize: 2 })).toEqual(entry)
    expect(readStatusEntry({ ...entry, id: 'urn:x', statusListIndex: '999999999' })).toEqual({
      ...entry,
      id: 'urn:x',
      statusListIndex: '999999999',
    })
    expect(readStatusEntry({ ...entry, id: 5, statusPurpose: 'revocation' })).toEqual({
      ...entry,
      statusPurpose: 'revocation',
    })
  })

  it.each<[string, unknown]>([
    ['a list of entries', [entry]],
    ['text', 'x'],
    ['another type', { ...entry, type: 'StatusList2021Entry' }],
    ['a purpose that nobody knows', { ...entry, statusPurpose: 'message' }],
    ['a number for an index', { ...entry, statusListIndex: 0 }],
    ['an index with a sign', { ...entry, statusListIndex: '-1' }],
    ['an index with a zero before it', { ...entry, statusListIndex: '01' }],
    ['an index with something behind it', { ...entry, statusListIndex: '1 ' }],
    ['an index out of all bounds', { ...entry, statusListIndex: '1000000000' }],
    ['no index', { ...entry, statusListIndex: '' }],
    ['no list', { ...entry, statusListCredential: undefined }],
    ['a list that is no URL', { ...entry, statusListCredential: 'status/1' }],
  ])('is not %s', (_, value) => {
    expect(() => readStatusEntry(value as never)).toThrow(reason('malformed', 'invalid-request'))
  })
})

describe('the keeper of a list', () => {
  it('says from when to when a list counts: a day, unless told otherwise', async () => {
    const { store, issuer, clock, keeper } = parties
    const now = clock.now()
    const times = async (of: typeof keeper) => partsOf(await of.publish())[1]
    expect(await times(keeper)).toMatchObject({
      validFrom: new Date(now).toISOString(),
      validUntil: new Date(now + 86_400_000).toISOString(),
      iat: Math.floor(now / 1000),
    })
    const short = createStatusListKeeper({ store, issuer, url: listUrl, clock, validForMs: 1 })
    expect((await times(short)).validUntil).toBe(new Date(now + 1).toISOString())
  })

  it('finds the last free entry, and says so when there is none', async () => {
    const entry = await parties.keeper.allocate()
    const taken = StatusList.create()
    for (let index = 0; index < taken.length; index++) taken.set(index, index !== 77_777)
    const revoked = StatusList.create()
    revoked.set(Number(entry.statusListIndex), true)
    for await (const { key } of parties.store.list({ prefix: 'status-list/' })) {
      await parties.store.put(key, { taken: await taken.encode(), revoked: await revoked.encode() })
    }
    expect((await parties.keeper.allocate()).statusListIndex).toBe('77777')
    await expect(parties.keeper.allocate()).rejects.toThrow(code('limit-reached'))
  })

  it('gives no two credentials the same entry, in no order, also after a restart', async () => {
    const { store, issuer, clock } = parties
    const open = () => createStatusListKeeper({ store, issuer, url: listUrl, clock })
    const entries: StatusEntry[] = []
    for (let count = 0; count < 12; count++) entries.push(await open().allocate())
    entries.push(...(await Promise.all([parties.keeper.allocate(), parties.keeper.allocate()])))
    const indexes = entries.map(({ statusListIndex }) => Number(statusListIndex))
    expect(new Set(indexes).size).toBe(14)
    expect(indexes).not.toEqual([...indexes].sort((a, b) => a - b))
    expect(entries[0]).toEqual({
      id: `${listUrl}#${indexes[0]}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(indexes[0]),
      statusListCredential: listUrl,
    })
  })

  it('publishes what the specification says', async () => {
    const entry = await parties.keeper.allocate()
    await parties.keeper.revoke(entry)
    await parties.keeper.revoke(entry)
    const [header, payload] = partsOf(await parties.keeper.publish())
    expect(header).toMatchObject({ alg: 'EdDSA', typ: 'vc+jwt', kid: 'did:web:acme.example#key-1' })
    expect(payload).toMatchObject({
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      id: listUrl,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer: 'did:web:acme.example',
      credentialSubject: { id: `${listUrl}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation' },
    })
    const list = await StatusList.decode((payload.credentialSubject as { encodedList: string }).encodedList)
    const set = Array.from({ length: list.length }, (_, index) => index).filter(index => list.get(index))
    expect(set).toEqual([Number(entry.statusListIndex)])
  })

  it('knows no entry of another list, nor one it never gave', async () => {
    const entry = await parties.keeper.allocate()
    const free = String((Number(entry.statusListIndex) + 1) % 131_072)
    for (const change of [
      { statusListCredential: 'https://acme.example/status/2' },
      { statusPurpose: 'suspension' as const },
      { statusListIndex: free },
      { statusListIndex: '131072' },
      { statusListIndex: 'x' },
    ]) {
      await expect(parties.keeper.revoke({ ...entry, ...change })).rejects.toMatchObject({
        code: 'not-found',
      })
    }
  })

  it('takes a suspension back, never a revocation', async () => {
    const { issuer, clock, store } = parties
    const url = 'https://acme.example/status/suspended'
    const keeper = createStatusListKeeper({ store, issuer, url, purpose: 'suspension', clock })
    const entry = await keeper.allocate()
    const isSet = async () => {
      const [, { credentialSubject }] = partsOf(await keeper.publish())
      const { encodedList, statusPurpose } = credentialSubject as Record<string, string>
      expect(statusPurpose).toBe('suspension')
      return (await StatusList.decode(encodedList as string)).get(Number(entry.statusListIndex))
    }
    await keeper.revoke(entry)
    expect(await isSet()).toBe(true)
    await keeper.restore(entry)
    expect(await isSet()).toBe(false)
    await expect(parties.keeper.restore(await parties.keeper.allocate())).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('says so when what it kept cannot be read', async () => {
    await parties.keeper.allocate()
    for await (const { key } of parties.store.list({ prefix: '' }))
      await parties.store.put(key, { revoked: 5 })
    await expect(parties.keeper.allocate()).rejects.toThrow(code('storage-failed'))
  })
})

describe('checking a status', () => {
  const unknown = expect.objectContaining({ code: 'revocations-unknown', retryable: true })
  let entry: StatusEntry
  let served: unknown
  beforeEach(async () => {
    entry = await parties.keeper.allocate()
    served = await parties.keeper.publish()
  })

  const check = (change: Partial<StatusEntry> = {}, issuer: PrincipalDid = parties.organisation) => {
    const { resolver, clock } = parties
    const source: StatusListSource = async () => served as string
    return createStatusChecker({ resolver, clock, source }).assertValid({ ...entry, ...change }, issuer)
  }

  /** A list with a changed payload, rightly signed by `signer`. */
  async function republished(change: JsonObject, signer = parties.issuer): Promise<string> {
    const [header, payload] = partsOf(await parties.keeper.publish())
    return signAnything(
      { ...payload, ...change },
      { ...header, kid: `${signer.did}#${signer.keyId}` },
      signer,
    )
  }

  it('passes what is not revoked', async () => {
    await expect(check()).resolves.toBeUndefined()
  })

  it('believes nobody but the issuer of the credential', async () => {
    await expect(check({}, parties.stranger.did)).rejects.toThrow(unknown)
    const { stranger } = parties
    const signer = { did: stranger.did, identity: stranger, keyId: stranger.did.slice(8) }
    served = await republished({ issuer: stranger.did }, signer)
    await expect(check()).rejects.toThrow(unknown)
    await expect(check({}, stranger.did)).resolves.toBeUndefined()
    served = await republished({}, { ...signer, did: parties.organisation, keyId: 'key-1' })
    await expect(check()).rejects.toThrow(unknown)
  })

  it.each<[string, JsonObject]>([
    ['of another place', { id: 'https://acme.example/status/2' }],
    ['that is no list', { type: ['VerifiableCredential'] }],
    ['without a subject', { credentialSubject: null }],
    [
      'of another kind',
      { credentialSubject: { type: 'StatusList2021', statusPurpose: 'revocation', encodedList: emptyList } },
    ],
    [
      'for another purpose',
      {
        credentialSubject: {
          type: 'BitstringStatusList',
          statusPurpose: 'suspension',
          encodedList: emptyList,
        },
      },
    ],
    [
      'for an unknown purpose',
      {
        credentialSubject: { type: 'BitstringStatusList', statusPurpose: 'message', encodedList: emptyList },
      },
    ],
    [
      'that holds nothing',
      { credentialSubject: { type: 'BitstringStatusList', statusPurpose: 'revocation' } },
    ],
    [
      'that cannot be unpacked',
      {
        credentialSubject: { type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: 'uAAAA' },
      },
    ],
    ['that is over', { validUntil: '2020-01-01T00:00:00Z' }],
    ['that has not begun', { validFrom: '2040-01-01T00:00:00Z' }],
    ['without an end', { validUntil: null }],
    ['of the data model 1.1', { '@context': ['https://www.w3.org/2018/credentials/v1'] }],
  ])('does not believe a list %s', async (_, change) => {
    served = await republished(change)
    await expect(check()).rejects.toThrow(unknown)
  })

  it('does not believe a list that is too short for the entry', async () => {
    await expect(check({ statusListIndex: '131072' })).rejects.toThrow(unknown)
  })

  it('believes a kept list no longer than it says itself', async () => {
    const { issuer, resolver, clock } = parties
    const list = StatusList.create()
    served = await issueStatusList({
      issuer,
      list,
      url: listUrl,
      purpose: 'revocation',
      validForMs: 1000,
      clock,
    })
    const checker = createStatusChecker({
      resolver,
      clock,
      source: async () => served as string,
      maxAgeMs: hour,
    })
    await checker.assertValid(entry, parties.organisation)
    clock.advance(999)
    await checker.assertValid(entry, parties.organisation)
    clock.advance(1)
    await expect(checker.assertValid(entry, parties.organisation)).rejects.toThrow(unknown)
    await expect(
      issueStatusList({ issuer, list, url: listUrl, purpose: 'revocation', validForMs: 0, clock }),
    ).rejects.toThrow(code('invalid-request'))
  })

  it('asks for a list again after five minutes, unless told otherwise, and keeps each issuer’s apart', async () => {
    const { resolver, clock, organisation, stranger } = parties
    let askedCount = 0
    const source: StatusListSource = async () => {
      askedCount++
      return served as string
    }
    const checker = createStatusChecker({ resolver, clock, source })
    await checker.assertValid(entry, organisation)
    clock.advance(299_999)
    await checker.assertValid(entry, organisation)
    expect(askedCount).toBe(1)
    await expect(checker.assertValid(entry, stranger.did)).rejects.toThrow(unknown)
    expect(askedCount).toBe(2)
    clock.advance(1)
    await checker.assertValid(entry, organisation)
    expect(askedCount).toBe(3)
  })

  it('keeps so many lists ready and no more', async () => {
    const { resolver, clock, organisation, issuer } = parties
    const asked: string[] = []
    const source: StatusListSource = async url => {
      asked.push(url)
      const list = StatusList.create()
      return issueStatusList({ issuer, list, url, purpose: 'revocation', validForMs: hour, clock })
    }
    const checker = createStatusChecker({ resolver, clock, source, maxCachedLists: 1 })
    const lists = ['a', 'b', 'b', 'a'].map(name => `https://acme.example/status/${name}`)
    for (const url of lists) await checker.assertValid({ ...entry, statusListCredential: url }, organisation)
    expect(asked).toEqual([lists[0], lists[1], lists[0]])
  })

  it('says of what a credential was revoked', async () => {
    await parties.keeper.revoke(entry)
    served = await parties.keeper.publish()
    await expect(check()).rejects.toMatchObject({
      code: 'forbidden',
      details: { reason: 'revoked' },
      message: expect.stringContaining('revocation'),
    })
  })

  it('tells why a list cannot be had', async () => {
    const { resolver, clock, organisation } = parties
    for (const [failure, why] of [
      [new LumosError('identity-unavailable', 'The host is away.'), ': The host is away.'],
      [new Error('secret path'), 'cannot be had.'],
    ] as const) {
      const checker = createStatusChecker({ resolver, clock, source: () => Promise.reject(failure) })
      await expect(checker.assertValid(entry, organisation)).rejects.toMatchObject({
        code: 'revocations-unknown',
        cause: failure,
        message: expect.stringContaining(why),
      })
    }
  })

  it('stops waiting when its caller does', async () => {
    const { resolver, clock } = parties
    const checker = createStatusChecker({ resolver, clock, source: () => new Promise(() => {}) })
    const controller = new AbortController()
    const checking = checker.assertValid(entry, parties.organisation, { signal: controller.signal })
    controller.abort(new Error('gone'))
    await expect(checking).rejects.toThrow('gone')
  })

  it('asks for lists over HTTP', async () => {
    const asked: unknown[] = []
    const answers = [
      new Response(`${served}\n`),
      new Response('', { status: 404 }),
      new Response('', { status: 500 }),
    ]
    const source = httpStatusLists({
      clock: parties.clock,
      fetch: (async (url: URL, init: RequestInit) => {
        asked.push([url.href, init.headers])
        return answers[asked.length - 1]
      }) as unknown as typeof fetch,
    })
    expect(await source(listUrl, {})).toBe(served)
    expect(await source(listUrl, {})).toBeUndefined()
    await expect(source(listUrl, {})).rejects.toThrow(code('identity-unavailable'))
    await expect(source('http://acme.example/1', {})).rejects.toThrow(code('identity-unavailable'))
    expect(asked[0]).toEqual([listUrl, { accept: 'application/vc+jwt' }])
  })
})
