import { describe, expect, it } from 'vitest'
import { decodeRevocation, openNodeAccess } from '../../../src/access/index.ts'
import type { Command, Identity, RequestEnvelope, Verb } from '../../../src/contracts/index.ts'
import { commandOf, createEnvelope, defaultPublicCommands } from '../../../src/core/index.ts'
import { MemoryStore, verbTable } from '../../../src/host.ts'
import { createIdentity } from '../../../src/identity.ts'
import { CrashingStore } from '../../../src/testing/crashing-store.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'

async function setUp(publicCommands: readonly Command[] = []) {
  const identity = await createIdentity()
  const anna = await createIdentity()
  const store = new MemoryStore()
  const clock = new ManualClock()
  const open = (on: MemoryStore | CrashingStore = store) =>
    openNodeAccess({ identity, store: on, clock, publicCommands })
  const access = await open()
  /** What the door says to a request. */
  const mayCall = async (at: typeof access, issuer: Identity, verb: Verb) => {
    const envelope = (await createEnvelope({
      verb,
      params: {} as never,
      identity: issuer,
      audience: identity.did,
      clock,
    })) as RequestEnvelope
    const { scope } = verbTable[verb]
    const request = { issuer: issuer.did, command: commandOf(verb), scope, envelope }
    try {
      await at.authorizer.authorize({ ...request, context: { transport: 'in-process' } })
      return true
    } catch (error) {
      expect(error).toMatchObject({ code: 'forbidden', details: { command: commandOf(verb) } })
      return false
    }
  }
  return { identity, anna, store, clock, access, open, mayCall }
}

describe('the permissions of a node', () => {
  it('open what was given, and nothing beside', async () => {
    const { identity, anna, access, mayCall } = await setUp()
    expect(await mayCall(access, anna, 'thread.list')).toBe(false)
    const grant = await access.grant({ audience: anna.did, command: '/thread', label: 'Phone' })
    expect(grant).toMatchObject({
      issuer: identity.did,
      audience: anna.did,
      subject: identity.did,
      command: '/thread',
      policy: [],
      label: 'Phone',
    })
    expect(await mayCall(access, anna, 'thread.list')).toBe(true)
    expect(await mayCall(access, anna, 'message.list')).toBe(false)
    expect(await mayCall(access, await createIdentity(), 'thread.list')).toBe(false)
    expect(await mayCall(access, identity, 'audit.head')).toBe(true)
  })

  it('are there after a restart, newest first, and so is what was taken back', async () => {
    const { anna, access, clock, open, mayCall } = await setUp()
    const commands = ['/agent', '/model', '/tool'] as const
    for (const command of commands) {
      await access.grant({ audience: anna.did, command })
      clock.advance(1)
    }
    const [, model] = await access.listGrants()
    await access.revoke(model?.cid as string)
    const later = await open()
    const grants = await later.listGrants()
    expect(grants).toEqual(await access.listGrants())
    expect(grants.map(({ command }) => command)).toEqual(['/tool', '/model', '/agent'])
    expect(grants.map(({ revokedAt }) => revokedAt !== undefined)).toEqual([false, true, false])
    expect(await mayCall(later, anna, 'tool.list')).toBe(true)
    expect(await mayCall(later, anna, 'model.list')).toBe(false)
  })

  it('end at once when taken back, with a statement that others can check', async () => {
    const { identity, anna, access, clock, mayCall } = await setUp()
    const { cid } = await access.grant({ audience: anna.did, command: '/' })
    expect(await mayCall(access, anna, 'audit.head')).toBe(true)
    clock.advance(5)
    const revoked = await access.revoke(cid)
    expect(revoked.revokedAt).toBe(new Date(clock.now()).toISOString())
    expect(await mayCall(access, anna, 'audit.head')).toBe(false)
    clock.advance(5)
    expect(await access.revoke(cid)).toEqual(revoked)
    const [record] = await access.revocations.list()
    expect(record).toMatchObject({ cid, issuer: identity.did })
    expect(await decodeRevocation(record?.token as string)).toMatchObject({ cid, issuer: identity.did })
    await expect(access.revoke(`${cid}x`)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('end at the time they were given until', async () => {
    const { anna, access, clock, mayCall } = await setUp()
    const expiresAt = new Date(clock.now() + 3_600_000).toISOString()
    await access.grant({ audience: anna.did, command: '/', expiresAt })
    expect(access.hasOwner()).toBe(true)
    clock.advance(3_600_000 + 61_000)
    expect(await mayCall(access, anna, 'agent.list')).toBe(false)
    expect(access.hasOwner()).toBe(false)
  })

  it.each([
    { command: '/Thread' as Command },
    { command: 'thread' as Command },
    { command: '/thread' as Command, expiresAt: '2001-01-01T00:00:00Z' },
    { command: '/thread' as Command, expiresAt: 'soon' },
    { command: '/thread' as Command, policy: [['nonsense', '.', 1]] as never },
  ])('refuse what is no permission: %j', async request => {
    const { anna, access } = await setUp()
    await expect(access.grant({ audience: anna.did, ...request })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    expect(await access.listGrants()).toEqual([])
  })

  it('give what the store could not keep to nobody', async () => {
    const { anna, access, store, mayCall } = await setUp()
    const put = store.put.bind(store)
    store.put = () => Promise.reject(new Error('disk full'))
    await expect(access.grant({ audience: anna.did, command: '/' })).rejects.toThrow('disk full')
    expect(await mayCall(access, anna, 'agent.list')).toBe(false)
    store.put = put
    const grant = await access.grant({ audience: anna.did, command: '/' })
    store.put = () => Promise.reject(new Error('disk full'))
    await expect(access.revoke(grant.cid)).rejects.toThrow('disk full')
    expect(await mayCall(access, anna, 'agent.list')).toBe(false)
  })

  it('say what is public, by default no more than using the node', async () => {
    const { identity } = await setUp()
    const access = await openNodeAccess({ identity, store: new MemoryStore() })
    expect(access.publicCommands()).toEqual(defaultPublicCommands)
    expect(defaultPublicCommands.some(command => /^\/(access|audit)?$/.test(command))).toBe(false)
    const { access: closed } = await setUp([])
    expect(closed.publicCommands()).toEqual([])
  })

  it('are so many at most, and the oldest that opens nothing any more makes room', async () => {
    const { identity, anna, store, clock, mayCall } = await setUp()
    const access = await openNodeAccess({ identity, store, clock, publicCommands: [], maxGrants: 3 })
    const give = (command: Command) => access.grant({ audience: anna.did, command })
    const expiresAt = new Date(clock.now() + 1000).toISOString()
    await give('/agent')
    await access.grant({ audience: anna.did, command: '/model', expiresAt })
    const tool = await give('/tool')
    await expect(give('/run')).rejects.toMatchObject({ code: 'limit-reached' })
    await access.revoke(tool.cid)
    clock.advance(1000)
    await give('/run')
    await give('/peer')
    const commands = async () => (await access.listGrants()).map(({ command }) => command)
    expect(await commands()).toEqual(['/peer', '/run', '/agent'])
    expect((await (await openNodeAccess({ identity, store, clock })).listGrants()).length).toBe(3)
    expect(await mayCall(access, anna, 'peer.list')).toBe(true)
    expect(await mayCall(access, anna, 'model.list')).toBe(false)
    await expect(give('/thread')).rejects.toMatchObject({ code: 'limit-reached' })
  })
})

describe('the first owner', () => {
  it('is whoever hands in the code, and may do everything', async () => {
    const { anna, access, open, mayCall } = await setUp(['/access/claim'])
    const { code } = (await access.createClaimCode()) as { code: string }
    expect(await mayCall(access, anna, 'access.claim')).toBe(true)
    expect(await mayCall(access, anna, 'access.list')).toBe(false)
    const grant = await access.claim(code, anna.did)
    expect(grant).toMatchObject({ audience: anna.did, command: '/', label: 'Owner' })
    for (const verb of ['access.list', 'audit.head', 'agent.run'] as const) {
      expect(await mayCall(access, anna, verb)).toBe(true)
    }
    const bob = await createIdentity()
    await expect(access.claim(code, bob.did)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await access.createClaimCode()).toBeUndefined()
    expect((await open()).hasOwner()).toBe(true)
  })

  it('can be found anew when the last one was taken back', async () => {
    const { anna, access, open } = await setUp()
    const { cid } = await access.grant({ audience: anna.did, command: '/' })
    expect(await access.createClaimCode()).toBeUndefined()
    await access.revoke(cid)
    expect(await (await open()).createClaimCode()).toMatchObject({ code: expect.any(String) })
  })

  it('is not who may do everything on a condition, nor who may do only some of it', async () => {
    const { anna, access } = await setUp()
    await access.grant({ audience: anna.did, command: '/access' })
    await access.grant({ audience: anna.did, command: '/', policy: [['==', '.threadId', 'x']] })
    expect(access.hasOwner()).toBe(false)
  })

  it('is one, or none and the code is spent, wherever the process dies', async () => {
    for (const keepsLastWrite of [false, true]) {
      for (let crashAtWrite = 1; crashAtWrite <= 2; crashAtWrite++) {
        const { anna, access, store, open } = await setUp()
        const { code } = (await access.createClaimCode()) as { code: string }
        const crashing = new CrashingStore({ store, crashAtWrite, keepsLastWrite })
        const dying = await open(crashing)
        void dying.claim(code, anna.did)
        await crashing.crashed
        const later = await open()
        const isSpent = crashAtWrite > 1 || keepsLastWrite
        expect(later.hasOwner()).toBe(crashAtWrite === 2 && keepsLastWrite)
        const again = later.claim(code, anna.did)
        if (isSpent) await expect(again).rejects.toMatchObject({ code: 'forbidden' })
        else await again
      }
    }
  })
})
