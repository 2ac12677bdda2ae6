import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DelegationMemory, findSigner, SpeakingKeys } from '../../../src/access/chain/index.ts'
import { type Delegation, GrantIndex } from '../../../src/access/index.ts'
import type { Did, Identity, PrincipalDid, Verifier } from '../../../src/contracts/index.ts'
import { createVerifier } from '../../../src/identity/index.ts'
import { delegate, identityOf, TestKeyDirectory } from '../access-setup.ts'

const club = 'did:web:club.example' as PrincipalDid

let alice: Identity, bob: Identity
beforeAll(async () => {
  alice = await identityOf(1)
  bob = await identityOf(2)
})

let directory: TestKeyDirectory, checks: number, verifier: Verifier
beforeEach(() => {
  const real = createVerifier()
  directory = new TestKeyDirectory()
  checks = 0
  verifier = {
    verify(...parts) {
      checks++
      return real.verify(...parts)
    },
  }
})

const keys = () => new SpeakingKeys(directory)

describe('the memory of delegations', () => {
  it('checks a signature once, and gives back what it decoded', async () => {
    const memory = new DelegationMemory(verifier, 10)
    const { token } = await delegate(alice, bob)
    const read = await memory.read(token)
    expect(await memory.isSigned(read, keys())).toBe(true)
    expect(memory.read(token)).toBe(read)
    expect(await memory.isSigned(read, keys())).toBe(true)
    expect(checks).toBe(1)
  })

  it('keeps nothing whose signature does not hold', async () => {
    const memory = new DelegationMemory(verifier, 10)
    const { token } = await delegate(bob, bob, { issuer: alice.did })
    const read = await memory.read(token)
    expect(await memory.isSigned(read, keys())).toBe(false)
    expect(memory.read(token)).toBeInstanceOf(Promise)
    expect(await memory.isSigned(read, keys())).toBe(false)
    expect(checks).toBe(2)
  })

  it('looks again when the key that signed speaks for the issuer no longer', async () => {
    const memory = new DelegationMemory(verifier, 10)
    directory.keys.set(club, [alice.did])
    const delegation = await delegate(alice, bob, { issuer: club })
    expect(await memory.isSigned(delegation, keys())).toBe(true)
    directory.keys.set(club, [bob.did])
    expect(await memory.isSigned(delegation, keys())).toBe(false)
    directory.keys.set(club, [bob.did, alice.did])
    expect(await memory.isSigned(delegation, keys())).toBe(true)
    expect(checks).toBe(2)
  })

  it('forgets what was used least lately', async () => {
    const memory = new DelegationMemory(verifier, 2)
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => delegate(alice, bob)))
    const remembers = (delegation?: Delegation) =>
      !(memory.read(delegation?.token as string) instanceof Promise)
    for (const each of [first, second, first, third]) await memory.isSigned(each as Delegation, keys())
    expect([first, second, third].map(remembers)).toEqual([true, false, true])
  })

  it('holds no more than 4 MiB of tokens', async () => {
    const memory = new DelegationMemory(verifier, 10_000)
    const text = 'x'.repeat(15_000)
    const long = []
    for (let count = 0; count < 240; count++) long.push(await delegate(alice, bob, { meta: { text } }))
    for (const each of long) await memory.isSigned(each, keys())
    const kept = long.filter(({ token }) => !(memory.read(token) instanceof Promise))
    const characters = kept.reduce((sum, { token }) => sum + token.length, 0)
    expect(characters).toBeLessThanOrEqual(4 * 1024 * 1024)
    expect(characters).toBeGreaterThan(4 * 1024 * 1024 - 25_000)
    expect(kept).toEqual(long.slice(-kept.length))
  })

  it('counts what it holds once, however often it is used', async () => {
    const memory = new DelegationMemory(verifier, 10_000)
    const text = 'x'.repeat(15_000)
    const [often, once] = [await delegate(alice, bob, { meta: { text } }), await delegate(alice, bob)]
    await memory.isSigned(once, keys())
    for (let count = 0; count < 300; count++) await memory.isSigned(often, keys())
    expect(memory.read(once.token)).toBe(once)
  })
})

describe('whose signature it is', () => {
  it('is found among a principal’s first 32 keys', async () => {
    const delegation = await delegate(alice, bob, { issuer: club })
    directory.keys.set(club, [...Array<Did>(31).fill(bob.did), alice.did])
    expect(await findSigner(delegation, verifier, keys())).toBe(alice.did)
    directory.keys.set(club, [...Array<Did>(32).fill(bob.did), alice.did])
    expect(await findSigner(delegation, verifier, keys())).toBeUndefined()
  })
})

describe('who speaks for whom', () => {
  it('a key for itself, without asking anybody', async () => {
    const speaking = keys()
    expect(speaking.speaksFor(alice.did, alice.did)).toBe(true)
    expect(speaking.speaksFor(bob.did, alice.did)).toBe(false)
    expect(speaking.speaksFor(club, alice.did)).toBe(false)
    expect(speaking.speaksFor(club, club)).toBe(true)
    expect(speaking.keysOf(alice.did)).toEqual([alice.did])
    expect(directory.asked).toBe(0)
  })

  it('only keys for others: an organisation named by another’s document does not', async () => {
    directory.keys.set(club, ['did:web:other.example' as Did])
    expect(await keys().speaksFor('did:web:other.example' as PrincipalDid, club)).toBe(false)
  })

  it('nobody for whom cannot be found, and that is kept', async () => {
    const speaking = keys()
    expect(await speaking.speaksFor(alice.did, club)).toBe(false)
    expect(speaking.speaksFor(alice.did, club)).toBe(false)
    expect(await speaking.keysOf(club)).toEqual([])
    expect(directory.asked).toBe(1)
    expect(speaking.failures.get(club)).toMatchObject({
      code: 'identity-unavailable',
      cause: { message: 'Its document is out of reach.' },
    })
  })

  it('and stops asking when the caller leaves', async () => {
    const reason = new Error('left')
    const controller = new AbortController()
    const seen: unknown[] = []
    const hanging = new SpeakingKeys(
      {
        keysOf: async (_principal, options) => {
          seen.push(options?.signal)
          controller.abort(reason)
          throw reason
        },
      },
      controller.signal,
    )
    await expect(hanging.keysOf(club)).rejects.toBe(reason)
    expect(seen).toEqual([controller.signal])
  })
})

describe('grants in memory', () => {
  it('are found by the key they went to; those to an organisation by every key, as it may be one of its', async () => {
    const grants = new GrantIndex()
    const [toAlice, again, toBob, toClub] = [
      await delegate(bob, alice),
      await delegate(bob, alice),
      await delegate(bob, bob),
      await delegate(bob, club),
    ]
    for (const each of [toAlice, again, toBob, toClub, toAlice]) grants.add(each)
    expect(grants.grantsFor(alice.did)).toEqual([toAlice, again, toClub])
    expect(grants.grantsFor(bob.did)).toEqual([toBob, toClub])
    grants.remove(toAlice)
    grants.remove(toAlice)
    expect(grants.grantsFor(alice.did)).toEqual([again, toClub])
    grants.remove(again)
    grants.remove(toClub)
    expect(grants.grantsFor(alice.did)).toEqual([])
    expect(grants.grantsFor(bob.did)).toEqual([toBob])
  })
})
