import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/contracts/index.ts'
import {
  type CreatePresentationOptions,
  createPresentation,
  createPresentationReplays,
  type IssueCredentialOptions,
  issueCredential,
  type PresentationPolicy,
  verifyPresentation,
} from '../../../src/identity/credentials/index.ts'
import { appendToDidLog } from '../../../src/identity/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { code, reason } from '../refused.ts'
import { createParties, freshReplays, hour, type Parties, partsOf, signAnything } from './parties.ts'

let parties: Parties
let policy: PresentationPolicy
beforeEach(async () => {
  parties = await createParties()
  const { resolver, clock, verifier } = parties
  policy = {
    audience: verifier,
    nonce: 'question-1',
    replays: freshReplays(parties),
    credentials: [parties.policy],
    resolver,
    clock,
  }
})

const membership = (change: Partial<IssueCredentialOptions> = {}) =>
  issueCredential({
    issuer: parties.issuer,
    subject: parties.person,
    types: ['TeamMembershipCredential'],
    claims: { team: 'Blue' },
    validForMs: hour,
    clock: parties.clock,
    ...change,
  })

async function present(change: Partial<CreatePresentationOptions> = {}): Promise<string> {
  return createPresentation({
    holder: { did: parties.person, identity: parties.laptop },
    credentials: change.credentials ?? [await membership()],
    audience: parties.verifier,
    nonce: 'question-1',
    clock: parties.clock,
    ...change,
  })
}

/** A presentation with a changed payload, rightly signed by its holder. */
async function resigned(change: JsonObject, header: JsonObject = {}): Promise<string> {
  const [oldHeader, payload] = partsOf(await present())
  const holder = { did: parties.person, identity: parties.laptop }
  return signAnything({ ...payload, ...change }, { ...oldHeader, ...header }, holder)
}

describe('a presentation', () => {
  it('shows that the subject itself hands in its credentials, from any of its devices', async () => {
    for (const identity of [parties.phone, parties.laptop]) {
      const jwt = await present({ holder: { did: parties.person, identity } })
      const { holder, credentials } = await verifyPresentation(jwt, policy)
      expect(holder).toBe(parties.person)
      expect(credentials.map(({ claims }) => claims)).toEqual([{ team: 'Blue' }])
    }
  })

  it('is what VC-JOSE says', async () => {
    const credential = await membership()
    const [header, payload] = partsOf(await present({ credentials: [credential] }))
    const seconds = Math.floor(parties.clock.now() / 1000)
    expect(header).toEqual({
      alg: 'EdDSA',
      typ: 'vp+jwt',
      cty: 'vp',
      kid: `${parties.person}#${parties.laptop.did.slice(8)}`,
    })
    expect(payload).toEqual({
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiablePresentation'],
      holder: parties.person,
      verifiableCredential: [
        {
          '@context': 'https://www.w3.org/ns/credentials/v2',
          type: 'EnvelopedVerifiableCredential',
          id: `data:application/vc+jwt,${credential}`,
        },
      ],
      iss: parties.person,
      aud: parties.verifier,
      nonce: 'question-1',
      jti: expect.any(String),
      iat: seconds,
      exp: seconds + 120,
    })
  })

  it('holds credentials of several kinds, each judged by its own policy', async () => {
    const { laptop, resolver, clock, verifier } = parties
    const reputation = await membership({
      issuer: { did: laptop.did, identity: laptop },
      types: ['ReputationCredential'],
      claims: { tasks: 3 },
    })
    const jwt = await present({ credentials: [await membership(), reputation] })
    await expect(verifyPresentation(jwt, policy)).rejects.toThrow(reason('type'))
    const both = {
      ...policy,
      audience: verifier,
      credentials: [
        parties.policy,
        { trustedIssuers: [laptop.did], type: 'ReputationCredential', resolver, clock },
      ],
    }
    expect((await verifyPresentation(jwt, both)).credentials).toHaveLength(2)
  })

  it('lives ten minutes at most', async () => {
    for (const validForMs of [600_001, 0, -1, Number.NaN]) {
      expect(() =>
        createPresentation({
          holder: { did: parties.person, identity: parties.phone },
          credentials: [],
          audience: 'x',
          nonce: 'x',
          validForMs,
        }),
      ).toThrow(code('invalid-request'))
    }
    expect((await verifyPresentation(await present({ validForMs: 600_000 }), policy)).holder).toBe(
      parties.person,
    )
  })
})

describe('of presentations, these are refused:', () => {
  it('a replay, also after a restart', async () => {
    const store = new MemoryStore()
    const { clock } = parties
    const open = () => createPresentationReplays({ store, clock })
    const jwt = await present()
    await verifyPresentation(jwt, { ...policy, replays: open() })
    let accepted = 0
    const replays = [open(), open()]
    for (let round = 0; round < 4; round++) {
      const again = { ...policy, replays: replays[round % 2] ?? open() }
      // The nonce is known still: what stops a replay is that it was seen.
      await verifyPresentation(jwt, again).then(
        () => accepted++,
        error => expect(error).toMatchObject({ code: 'replayed-request', details: { reason: 'replayed' } }),
      )
    }
    expect(accepted).toBe(0)
  })

  it('all but one of many at once', async () => {
    const jwt = await present()
    const settled = await Promise.allSettled(Array.from({ length: 8 }, () => verifyPresentation(jwt, policy)))
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('one for another verifier, or for another question', async () => {
    await expect(
      verifyPresentation(await present({ audience: 'https://other.example' }), policy),
    ).rejects.toThrow(reason('audience', 'invalid-proof'))
    await expect(verifyPresentation(await present({ nonce: 'question-0' }), policy)).rejects.toThrow(
      reason('nonce', 'invalid-proof'),
    )
    await expect(verifyPresentation(await resigned({ aud: [parties.verifier] }), policy)).rejects.toThrow(
      reason('audience'),
    )
  })

  it('one that expired, or comes from the future', async () => {
    const jwt = await present()
    const seconds = Math.floor(parties.clock.now() / 1000) * 1000
    parties.clock.advance(seconds + 180_000 - parties.clock.now())
    await expect(verifyPresentation(jwt, policy)).rejects.toThrow(reason('expired'))
    parties.clock.advance(-1)
    expect((await verifyPresentation(jwt, policy)).holder).toBe(parties.person)
    const later = await present()
    parties.clock.advance(-62_000)
    await expect(verifyPresentation(later, policy)).rejects.toThrow(reason('not-yet-valid'))
  })

  it('one by somebody who only found the credentials', async () => {
    const { stranger, laptop } = parties
    const found = await present({ holder: { did: stranger.did, identity: stranger } })
    await expect(verifyPresentation(found, policy)).rejects.toThrow(reason('holder', 'invalid-proof'))
    // Nor by one device on its own behalf, nor by a stranger in the person's name.
    const alone = await present({ holder: { did: laptop.did, identity: laptop } })
    await expect(verifyPresentation(alone, policy)).rejects.toThrow(reason('holder'))
    const posing = await present({ holder: { did: parties.person, identity: stranger } })
    await expect(verifyPresentation(posing, policy)).rejects.toThrow(reason('signature'))
  })

  it('one by a device that was removed', async () => {
    const jwt = await present()
    const { didLogs, log, laptop, phone } = parties
    await didLogs.offer(await appendToDidLog(log, { type: 'remove-device', key: laptop.did }, phone))
    await expect(verifyPresentation(jwt, policy)).rejects.toThrow(reason('signature'))
  })

  it.each<[string, JsonObject, string]>([
    ['another holder than its signer', { holder: 'did:web:acme.example' }, 'holder'],
    ['no holder', { holder: null }, 'holder'],
    ['no jti', { jti: null }, 'malformed'],
    ['a jti that is no name', { jti: 'a b' }, 'malformed'],
    ['no time', { iat: null }, 'malformed'],
    ['a life longer than ten minutes', { exp: 1_767_323_045 + 601 }, 'malformed'],
    ['no credentials', { verifiableCredential: [] }, 'malformed'],
    ['one credential outside a list', { verifiableCredential: {} }, 'malformed'],
    ['17 credentials', { verifiableCredential: Array(17).fill({}) }, 'malformed'],
    ['a credential in the open', { verifiableCredential: [{ type: 'VerifiableCredential' }] }, 'malformed'],
    [
      'a credential behind another kind of URL',
      { verifiableCredential: [{ type: 'EnvelopedVerifiableCredential', id: 'https://acme.example/1' }] },
      'malformed',
    ],
    ['another type', { type: ['VerifiableCredential'] }, 'malformed'],
    ['another context', { '@context': ['https://www.w3.org/2018/credentials/v1'] }, 'malformed'],
  ])('one with %s', async (_, change, expected) => {
    await expect(verifyPresentation(await resigned(change), policy)).rejects.toThrow(reason(expected))
  })

  it('a credential handed in as a presentation, and the other way round', async () => {
    await expect(verifyPresentation(await membership(), policy)).rejects.toThrow(reason('type'))
    await expect(verifyPresentation(await resigned({}, { typ: 'vc+jwt' }), policy)).rejects.toThrow(
      reason('type'),
    )
  })

  it('one with a credential that is refused alone; mended, the same one may come again', async () => {
    const jwt = await present({
      credentials: [await membership({ status: await parties.keeper.allocate() })],
    })
    await expect(verifyPresentation(jwt, policy)).rejects.toThrow(reason('status-unknown'))
    parties.published.list = await parties.keeper.publish()
    expect((await verifyPresentation(jwt, policy)).holder).toBe(parties.person)
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(verifyPresentation(jwt, policy, { signal })).rejects.toThrow('gone')
  })
})

it('a presentation is refused again in the last moment that clocks allow, though others came in between', async () => {
  const jwt = await present()
  await verifyPresentation(jwt, policy)
  parties.clock.advance(178_000)
  await verifyPresentation(await present(), policy)
  await expect(verifyPresentation(jwt, policy)).rejects.toThrow(reason('replayed'))
})

it('who gave up presents nothing', async () => {
  const store = new MemoryStore()
  const { clock, person } = parties
  const replays = createPresentationReplays({ store, clock })
  const presentation = { holder: person, jti: 'a', until: clock.now() + 1000 }
  const signal = AbortSignal.abort(new Error('gone'))
  await expect(replays.assertFirst(presentation, { signal })).rejects.toThrow('gone')
  await expect(replays.assertFirst(presentation, {})).resolves.toBeUndefined()
})

it('what was presented is forgotten once time alone refuses it', async () => {
  const store = new MemoryStore()
  const { clock, person } = parties
  const replays = createPresentationReplays({ store, clock })
  const now = clock.now()
  await replays.assertFirst({ holder: person, jti: 'a', until: now + 1000 })
  await replays.assertFirst({ holder: person, jti: 'b', until: now + 2000 })
  clock.advance(1001)
  await replays.assertFirst({ holder: person, jti: 'c', until: now + 3000 })
  const keys: string[] = []
  for await (const { key } of store.list({ prefix: '' })) keys.push(key.split('/').at(-1) ?? '')
  expect(keys).toEqual(['b', 'c'])
  await expect(replays.assertFirst({ holder: person, jti: 'b', until: now + 2000 })).rejects.toMatchObject({
    code: 'replayed-request',
  })
})
