import { beforeEach, describe, expect, it } from 'vitest'
import { createStatusListKeeper, StatusList } from '../../../src/identity/credentials/index.ts'
import type { StatusEntry } from '../../../src/identity/credentials/status-entry.ts'
import { code } from '../refused.ts'
import { createParties, listUrl, type Parties, partsOf } from './parties.ts'

let parties: Parties
beforeEach(async () => {
  parties = await createParties()
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
