import { beforeEach, describe, expect, it } from 'vitest'
import { type JsonObject, LumosError, type PrincipalDid } from '../../../src/contracts/index.ts'
import {
  createStatusChecker,
  httpStatusLists,
  issueStatusList,
  StatusList,
  type StatusListSource,
} from '../../../src/identity/credentials/index.ts'
import type { StatusEntry } from '../../../src/identity/credentials/status-entry.ts'
import { code } from '../refused.ts'
import { createParties, emptyList, hour, listUrl, type Parties, partsOf, signAnything } from './parties.ts'

let parties: Parties
beforeEach(async () => {
  parties = await createParties()
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
    let asked: AbortSignal | undefined
    const source: StatusListSource = (_, { signal }) => {
      asked = signal
      return new Promise(() => {})
    }
    const checker = createStatusChecker({ resolver, clock, source })
    const controller = new AbortController()
    const checking = checker.assertValid(entry, parties.organisation, { signal: controller.signal })
    controller.abort(new Error('gone'))
    await expect(checking).rejects.toThrow('gone')
    expect(asked?.aborted).toBe(true)
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
