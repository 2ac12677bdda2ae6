import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { issueInvocation, issueRevocation, StoreRevocationList } from '../../../src/access/index.ts'
import { linkFromCid } from '../../../src/access/ucan/cid.ts'
import type { DelegationCid, Identity, PrincipalDid } from '../../../src/contracts/index.ts'
import { createVerifier } from '../../../src/identity/index.ts'
import { MemoryStore } from '../../../src/stores/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { delegate, identityOf, TestKeyDirectory } from '../access-setup.ts'

let alice: Identity, bob: Identity
let cid: DelegationCid, otherCid: DelegationCid
beforeAll(async () => {
  alice = await identityOf(1)
  bob = await identityOf(2)
  cid = (await delegate(alice, bob)).cid
  otherCid = (await delegate(alice, bob)).cid
})

const anna = 'did:lumos:anna' as PrincipalDid
let store: MemoryStore, keys: TestKeyDirectory, clock: ManualClock
const open = (maxPerIssuer = 10) =>
  StoreRevocationList.open({ store, keys, clock, verifier: createVerifier(), maxPerIssuer })

beforeEach(() => {
  store = new MemoryStore()
  keys = new TestKeyDirectory()
  clock = new ManualClock()
})

async function contents(): Promise<unknown[]> {
  const all = []
  for await (const entry of store.list({ prefix: '' })) all.push(entry)
  return all
}

describe('a list of revocations', () => {
  it('knows who revoked what, also after a restart', async () => {
    const list = await open()
    const token = await issueRevocation(alice, cid)
    const record = await list.add(token)
    expect(record).toEqual({
      sequence: 1,
      cid,
      issuer: alice.did,
      seenAt: new Date(clock.now()).toISOString(),
      token,
    })
    expect(list.revokersOf(cid)).toEqual([alice.did])
    expect((await open()).revokersOf(cid)).toEqual([alice.did])
    expect((await open()).revokersOf(otherCid)).toEqual([])
  })

  it('keeps each revocation once, by whichever text it comes', async () => {
    const list = await open()
    const token = await issueRevocation(alice, cid)
    const [first, second] = await Promise.all([list.add(token), list.add(token)])
    expect(second).toEqual(first)
    const reissued = await issueInvocation(alice, {
      subject: alice.did,
      command: '/ucan/revoke',
      args: { revoke: linkFromCid(cid) },
      expiresAt: null,
    })
    expect(await list.add(reissued.token)).toEqual(first)
    expect(await contents()).toHaveLength(1)
  })

  it('gives them in the order they came, page by page', async () => {
    const list = await open()
    const cids = await Promise.all(Array.from({ length: 5 }, async () => (await delegate(alice, bob)).cid))
    for (const each of cids) await list.add(await issueRevocation(alice, each))
    const page = async (after: number, limit: number) =>
      (await list.list({ after, limit })).map(({ sequence, cid: of }) => [sequence, cids.indexOf(of)])
    expect(await page(0, 2)).toEqual([
      [1, 0],
      [2, 1],
    ])
    expect(await page(2, 10)).toEqual([
      [3, 2],
      [4, 3],
      [5, 4],
    ])
    expect(await page(5, 10)).toEqual([])
  })

  it('refuses a forged one, and stays as it was', async () => {
    const list = await open()
    const forged = await issueRevocation(bob, cid, { issuer: alice.did })
    await expect(list.add(forged)).rejects.toMatchObject({ code: 'invalid-proof' })
    expect(list.revokersOf(cid)).toEqual([])
    expect(await contents()).toEqual([])
    await list.add(await issueRevocation(alice, cid))
    await expect(list.add(forged)).rejects.toMatchObject({ code: 'invalid-proof' })
  })

  it('takes those of a person by each of their keys, and says so when the keys cannot be learned', async () => {
    const list = await open()
    const token = await issueRevocation(bob, cid, { issuer: anna })
    await expect(list.add(token)).rejects.toMatchObject({ code: 'identity-unavailable' })
    keys.keys.set(anna, [alice.did])
    await expect(list.add(token)).rejects.toMatchObject({ code: 'invalid-proof' })
    keys.keys.set(anna, [alice.did, bob.did])
    expect((await list.add(token)).issuer).toBe(anna)
    expect(list.revokersOf(cid)).toEqual([anna])
  })

  it('refuses what is no plain revocation', async () => {
    const list = await open()
    const plain = {
      subject: alice.did,
      command: '/ucan/revoke',
      args: { revoke: linkFromCid(cid) },
      expiresAt: null,
    } as const
    const variants = [
      { ...plain, command: '/ucan/revoke/all' as const },
      { ...plain, subject: bob.did },
      { ...plain, expiresAt: 4_000_000_000 },
      { ...plain, proofs: [cid] },
      { ...plain, args: { revoke: cid } },
      { ...plain, args: {} },
      { ...plain, args: { ...plain.args, path: [] } },
    ]
    for (const fields of variants) {
      const { token } = await issueInvocation(alice, fields)
      await expect(list.add(token), JSON.stringify(fields)).rejects.toMatchObject({ code: 'invalid-request' })
    }
    const { token } = await delegate(alice, bob)
    await expect(list.add(token)).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(list.add('%')).rejects.toMatchObject({ code: 'malformed-frame' })
    expect(await contents()).toEqual([])
    await list.add((await issueInvocation(alice, plain)).token)
    expect(list.revokersOf(cid)).toEqual([alice.did])
  })

  it('keeps so many of one issuer and no more', async () => {
    const list = await open(2)
    const revoke = async (by: Identity) => list.add(await issueRevocation(by, (await delegate(by, bob)).cid))
    await revoke(alice)
    await revoke(alice)
    await expect(revoke(alice)).rejects.toMatchObject({ code: 'limit-reached' })
    expect((await revoke(bob)).sequence).toBe(3)
  })

  it('is shared by processes that share a store: no number twice, nothing lost', async () => {
    const lists = await Promise.all([open(), open(), open()])
    const records = await Promise.all(
      lists.flatMap(list =>
        Array.from({ length: 3 }, async () =>
          list.add(await issueRevocation(alice, (await delegate(alice, bob)).cid)),
        ),
      ),
    )
    expect(records.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    for (const list of lists) {
      await list.refresh()
      for (const record of records) expect(list.revokersOf(record.cid)).toEqual([alice.did])
    }
  })

  it('that cannot be stored is not known: a rejected add changed nothing', async () => {
    const list = await open()
    store.putIfAbsent = async () => {
      throw new Error('disk full')
    }
    await expect(list.add(await issueRevocation(alice, cid))).rejects.toThrow('disk full')
    expect(list.revokersOf(cid)).toEqual([])
  })

  it('stops before it begins when told so', async () => {
    const list = await open()
    const reason = new Error('left')
    await expect(
      list.add(await issueRevocation(alice, cid), { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason)
    expect(await contents()).toEqual([])
    const signal = AbortSignal.abort(reason)
    await list.add(await issueRevocation(alice, cid))
    await expect(list.list({ signal })).rejects.toBe(reason)
    await expect(list.refresh({ signal })).rejects.toBe(reason)
    const options = { store, keys, clock, verifier: createVerifier(), signal }
    await expect(StoreRevocationList.open(options)).rejects.toBe(reason)
  })

  it('gives 100 at once unless asked for more, and never more than 1000', async () => {
    for (let sequence = 1; sequence <= 1001; sequence++) {
      const key = `revocations/${String(sequence).padStart(12, '0')}`
      await store.put(key, { sequence, cid: `c${sequence}`, issuer: bob.did, seenAt: '', token: '' })
    }
    const list = await open(2000)
    expect(await list.list()).toHaveLength(100)
    expect(await list.list({ limit: 5000 })).toHaveLength(1000)
    // Numbers go on behind what was there, in order also past a power of ten.
    expect((await list.add(await issueRevocation(alice, cid))).sequence).toBe(1002)
    expect((await list.list({ after: 999 })).map(({ sequence }) => sequence)).toEqual([1000, 1001, 1002])
  })

  it('counts what it read from the store towards what one issuer may have', async () => {
    await (await open(1)).add(await issueRevocation(alice, cid))
    const later = await open(1)
    await expect(later.add(await issueRevocation(alice, otherCid))).rejects.toMatchObject({
      code: 'limit-reached',
    })
  })

  it('names all who revoked one delegation, and goes on after an add that failed', async () => {
    const list = await open()
    const putIfAbsent = store.putIfAbsent.bind(store)
    store.putIfAbsent = async () => {
      throw new Error('disk full')
    }
    await expect(list.add(await issueRevocation(alice, cid))).rejects.toThrow('disk full')
    store.putIfAbsent = putIfAbsent
    await list.add(await issueRevocation(alice, cid))
    await list.add(await issueRevocation(bob, cid))
    expect(list.revokersOf(cid)).toEqual([alice.did, bob.did])
  })
})
