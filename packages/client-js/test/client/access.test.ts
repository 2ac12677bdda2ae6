import { describe, expect, it } from 'vitest'
import type { Command, SignedTreeHead } from '../../src/contracts/index.ts'
import { createIdentity, identityFromApiKey } from '../../src/identity.ts'
import { createClient } from '../../src/index.ts'
import { createLocalNode } from '../../src/presets/node.ts'
import { MemoryModelCatalog, ScriptedModel } from '../../src/testing.ts'

/** A node in this process, and people who each have a client of it. */
async function setUp(publicCommands?: readonly Command[]) {
  const models = new MemoryModelCatalog([new ScriptedModel({ script: ['Hello.'] })])
  const node = await createLocalNode({ models, publicCommands })
  await node.start()
  const join = async (delegations: string[] = [], identity = createIdentity(), subject?: string) => {
    const credentials = { delegations, ...(subject !== undefined && { subject: subject as never }) }
    const client = createClient({ host: node.host, identity, credentials })
    return { client, did: await client.did }
  }
  const owner = await join()
  const { code } = (await node.access.createClaimCode()) as { code: string }
  await owner.client.access.claim(code)
  return { node, owner: owner.client, ownerDid: owner.did, join, stop: () => node.stop() }
}

const forbidden = (command: string) => ({ code: 'forbidden', details: { command } })

describe('client.access', () => {
  it('works in this process by default, for using, not for ruling', async () => {
    const { join, stop } = await setUp()
    const { client } = await join()
    expect((await client.getAgent('assistant').generate('Hi')).text).toBe('Hello.')
    await expect(client.access.list()).rejects.toMatchObject(forbidden('/access/list'))
    await expect(client.access.grant({ audience: await client.did, command: '/' })).rejects.toMatchObject(
      forbidden('/access/grant'),
    )
    await expect(client.audit.list()).rejects.toMatchObject(forbidden('/audit/list'))
    await expect(client.access.claim('guessed')).rejects.toMatchObject({ code: 'forbidden' })
    await stop()
  })

  it('gives, lists and takes back, at once', async () => {
    const { owner, join, stop } = await setUp(['/access/claim'])
    const anna = await join()
    await expect(anna.client.getTools()).rejects.toMatchObject(forbidden('/tool/list'))
    const grant = await owner.access.grant({ audience: anna.did, command: '/tool', label: 'Anna' })
    expect(Object.keys(await anna.client.getTools())).toContain('calculator')
    await expect(anna.client.getModels()).rejects.toMatchObject(forbidden('/model/list'))
    const { grants, publicCommands } = await owner.access.list()
    expect(grants.map(({ label }) => label)).toEqual(['Anna', 'Owner'])
    expect(publicCommands).toEqual(['/access/claim'])
    await owner.access.revoke(grant)
    await expect(anna.client.getTools()).rejects.toMatchObject(forbidden('/tool/list'))
    await expect(owner.access.revoke('bafkqaaaaaaaaaaaaaaaaaaaaaa')).rejects.toMatchObject({
      code: 'not-found',
    })
    await stop()
  })

  it('passes on our data to somebody else, who presents it, until we take it back', async () => {
    const { join, stop } = await setUp()
    const anna = await join()
    const { threadId } = await anna.client.createMemoryThread({ title: 'Trip' })
    const bobsIdentity = await createIdentity()
    const grant = await anna.client.access.delegate({ audience: bobsIdentity.did, command: '/thread/get' })
    expect(grant).toMatchObject({ issuer: anna.did, subject: anna.did, command: '/thread/get', policy: [] })
    const bob = await join([grant.token], Promise.resolve(bobsIdentity), anna.did)
    expect(await bob.client.getMemoryThread(threadId).get()).toMatchObject({ title: 'Trip' })
    await expect(bob.client.getMemoryThread(threadId).delete()).rejects.toMatchObject(
      forbidden('/thread/delete'),
    )
    const eve = await join([grant.token], createIdentity(), anna.did)
    await expect(eve.client.getMemoryThread(threadId).get()).rejects.toMatchObject(forbidden('/thread/get'))
    await anna.client.access.revoke(grant)
    await expect(bob.client.getMemoryThread(threadId).get()).rejects.toMatchObject(forbidden('/thread/get'))
    await stop()
  })

  it('passes on the use of a node, narrower than it was given', async () => {
    const { node, owner, join, stop } = await setUp(['/access/claim'])
    const annasIdentity = await createIdentity()
    await owner.access.grant({ audience: annasIdentity.did, command: '/tool' })
    const anna = await join([], Promise.resolve(annasIdentity))
    const bobsIdentity = await createIdentity()
    const request = { audience: bobsIdentity.did, subject: node.identity.did }
    const narrow = await anna.client.access.delegate({ ...request, command: '/tool/list' })
    const wide = await anna.client.access.delegate({ ...request, command: '/' })
    const bob = await join([narrow.token, wide.token], Promise.resolve(bobsIdentity))
    expect(Object.keys(await bob.client.getTools())).toContain('calculator')
    await expect(bob.client.getModels()).rejects.toMatchObject(forbidden('/model/list'))
    await stop()
  })

  it('makes API keys, which act as somebody of their own, and ends them', async () => {
    const { owner, join, stop } = await setUp(['/access/claim'])
    const key = await owner.access.createApiKey({ label: 'CI' })
    expect(key.grants.map(({ command, label }) => [command, label])).toEqual([
      ['/agent', 'CI'],
      ['/model', 'CI'],
    ])
    const program = await join([], identityFromApiKey(key.apiKey))
    expect(program.did).toBe(key.did)
    expect(Object.keys(await program.client.getAgents())).toEqual(['assistant'])
    await expect(program.client.getTools()).rejects.toMatchObject(forbidden('/tool/list'))
    expect(JSON.stringify(await owner.access.list())).not.toContain(key.apiKey.slice(6))
    await owner.access.revokeAll(key.did)
    await expect(program.client.getAgents()).rejects.toMatchObject(forbidden('/agent/list'))
    await expect(program.client.getModels()).rejects.toMatchObject(forbidden('/model/list'))
    await owner.access.revokeAll(key.did)
    const { grants } = await owner.access.list()
    expect(grants.filter(({ revokedAt }) => revokedAt === undefined)).toMatchObject([{ label: 'Owner' }])
    await stop()
  })

  it('gives until a time, and refuses one that is past', async () => {
    const { owner, join, stop } = await setUp(['/access/claim'])
    const { did } = await join()
    const expiresAt = '2099-01-01T00:00:00Z'
    const grant = await owner.access.grant({ audience: did, command: '/tool', expiresAt })
    expect(Date.parse(grant.expiresAt as string)).toBe(Date.parse(expiresAt))
    const past = { audience: did, command: '/tool' as Command, expiresAt: '2001-01-01T00:00:00Z' }
    await expect(owner.access.grant(past)).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(owner.access.delegate(past)).rejects.toMatchObject({ code: 'invalid-request' })
    await stop()
  })
})

describe('client.audit', () => {
  it('shows who did what, and proves here that nothing was taken back', async () => {
    const { node, owner, ownerDid, join, stop } = await setUp()
    const empty = await node.audit.head()
    const { client, did } = await join()
    const { threadId } = await client.createMemoryThread()
    await expect(client.access.list()).rejects.toMatchObject(forbidden('/access/list'))
    const first = await owner.audit.verify({ nodeId: node.identity.did, since: empty })
    const entries = await owner.audit.list()
    expect(entries).toContainEqual(
      expect.objectContaining({ issuer: did, command: '/thread/create', outcome: 'admitted' }),
    )
    await client.getMemoryThread(threadId).delete()
    const second = await owner.audit.verify({ since: first, entries: entries.slice(0, 3) })
    expect(second.treeSize).toBeGreaterThan(first.treeSize)
    const newest = await owner.audit.list({ newestFirst: true, limit: 200 })
    expect(newest).toContainEqual(
      expect.objectContaining({ issuer: did, command: '/access/list', outcome: 'forbidden' }),
    )
    expect(newest).toContainEqual(
      expect.objectContaining({ issuer: did, command: '/thread/delete', resource: { threadId } }),
    )
    expect(newest.some(({ issuer }) => issuer === ownerDid)).toBe(true)
    const [entry] = await owner.audit.list({ from: 1, limit: 1 })
    expect(entry?.index).toBe(1)
    await stop()
  })

  it('refuses a log that is another, lost what it had, or lies of an entry', async () => {
    const { owner, stop } = await setUp()
    const other = await setUp()
    const head = await owner.audit.verify()
    const theirs = await other.owner.audit.head()
    const refused = { code: 'invalid-proof' }
    await expect(owner.audit.verify({ since: theirs })).rejects.toMatchObject(refused)
    await expect(owner.audit.verify({ nodeId: theirs.nodeId })).rejects.toMatchObject(refused)
    const longer: SignedTreeHead = { ...head, treeSize: head.treeSize + 1000 }
    await expect(owner.audit.verify({ since: longer })).rejects.toMatchObject(refused)
    const [entry] = await owner.audit.list({ limit: 1 })
    const changed = { ...entry, outcome: 'forbidden' } as never
    await expect(owner.audit.verify({ entries: [changed] })).rejects.toMatchObject(refused)
    await other.stop()
    await stop()
  })
})
