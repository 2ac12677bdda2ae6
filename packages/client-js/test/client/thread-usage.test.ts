import { expect, it } from 'vitest'
import { createAssistant } from '../../src/agents.ts'
import { createHost, createHttpHandler, MemoryStore, StoreThreads } from '../../src/host.ts'
import { createIdentity } from '../../src/identity.ts'
import { createClient, type Identity, type SignedUsagePolicy } from '../../src/index.ts'
import { createUsagePolicy, signUsagePolicy } from '../../src/privacy.ts'
import { MemoryModelCatalog, ScriptedModel } from '../../src/testing.ts'
import { NodeListener } from '../transports/http/node-listener.ts'
import { createFixture } from './fixture.ts'

async function hostSaying(...script: string[]) {
  const store = new MemoryStore()
  const model = new ScriptedModel({ script })
  const models = new MemoryModelCatalog([model])
  const host = createHost({
    identity: await createIdentity(),
    agents: [createAssistant({ models })],
    threads: new StoreThreads({ store }),
    models,
    store,
  })
  await host.start()
  return { host, model }
}

/** A client with a node of its own and a server. */
async function twoPlaces(identity: Identity) {
  const local = await hostSaying('From home.', 'From home again.')
  const cloud = await hostSaying('From the cloud.', 'From the cloud again.')
  const listener = await NodeListener.listen(createHttpHandler(cloud.host))
  const client = createClient({ host: local.host, baseUrl: listener.origin, identity })
  return {
    local,
    cloud,
    client,
    async [Symbol.asyncDispose]() {
      await client.stop()
      await listener[Symbol.asyncDispose]()
      await Promise.all([local.host.stop({ graceMs: 0 }), cloud.host.stop({ graceMs: 0 })])
    },
  }
}

it('a thread is created with a policy, which its owner changes and anybody can verify', async () => {
  await using fixture = await createFixture(['Hi.'])
  const { client } = fixture
  const created = await client.createMemoryThread({
    title: 'Secret',
    usage: { inference: { places: ['local'] } },
  })
  expect(created.usage).toMatchObject({
    version: 1,
    owner: await client.did,
    resource: `thread/${created.threadId}`,
  })
  const thread = client.getMemoryThread(created.threadId)
  const { usage, reached, missed } = await thread.setUsage({ read: ['anyone'] })
  expect(usage).toMatchObject({ version: 2, policy: createUsagePolicy({ read: ['anyone'] }) })
  expect(reached.map(({ kind }) => kind)).toEqual(['local'])
  expect(missed).toEqual([])
  expect(await thread.getUsage()).toEqual(usage)
  const [listed] = await client.getMemoryThreads()
  expect(listed?.usage).toEqual(usage)
})

it('a thread without a policy says so', async () => {
  await using fixture = await createFixture([])
  const { threadId } = await fixture.client.createMemoryThread({ threadId: 'plain' })
  expect(threadId).toBe('plain')
  expect(await fixture.client.getMemoryThread('plain').getUsage()).toBeUndefined()
})

it('a policy that another device set meanwhile is followed by ours, never overwritten unseen', async () => {
  const identity = await createIdentity()
  await using fixture = await createFixture([], { identity })
  const { client } = fixture
  await client.createMemoryThread({ threadId: 'shared' })
  const thread = client.getMemoryThread('shared')
  const updates = await Promise.all([
    thread.setUsage({ read: ['anyone'] }),
    thread.setUsage({ share: ['anyone'] }),
  ])
  const versions = updates.map(({ usage }) => usage.version).sort()
  const holding = (await thread.getUsage()) as SignedUsagePolicy
  expect(holding.version).toBe(Math.max(...versions))
})

it('a conversation kept at home never goes to the cloud, whatever the place chosen', async () => {
  const identity = await createIdentity()
  await using places = await twoPlaces(identity)
  const { client, cloud, local } = places
  const { threadId } = await client.createMemoryThread({ usage: { inference: { places: ['local'] } } })
  const agent = client.getAgent('assistant')
  expect((await agent.generate('Hello', { threadId })).text).toBe('From home.')
  const refusal = { code: 'forbidden', details: { purpose: 'inference' } }
  await expect(agent.generate('Hello', { threadId, place: 'cloud' })).rejects.toMatchObject(refusal)
  expect(cloud.model.requests).toEqual([])
  await client.getMemoryThread(threadId).setUsage({})
  expect((await agent.generate('Hello', { threadId, place: 'cloud' })).text).toBe('From the cloud.')
  expect(local.model.requests).toHaveLength(1)
})

it('a policy goes along with the conversation to another place, and its revocation follows', async () => {
  const identity = await createIdentity()
  await using places = await twoPlaces(identity)
  const { client, cloud } = places
  const { threadId } = await client.createMemoryThread({ usage: { share: ['anyone'] } })
  const agent = client.getAgent('assistant')
  await agent.generate('Hello', { threadId })
  await agent.generate('Hello', { threadId, place: 'cloud' })
  const atCloud = createClient({ baseUrl: client.connections()[1]?.place.address as string, identity })
  const copy = atCloud.getMemoryThread(threadId)
  expect((await copy.getUsage())?.policy.share).toEqual({ principals: ['anyone'] })
  client.setPlace('local')
  const { reached, missed } = await client
    .getMemoryThread(threadId)
    .setUsage({ inference: { places: ['local'] } })
  expect(reached.map(({ kind }) => kind)).toEqual(['local', 'cloud'])
  expect(missed).toEqual([])
  expect((await copy.getUsage())?.version).toBe(2)
  const asked = cloud.model.requests.length
  const again = atCloud.getAgent('assistant').generate('Hello', { threadId })
  await expect(again).rejects.toMatchObject({ code: 'forbidden' })
  expect(cloud.model.requests).toHaveLength(asked)
  await atCloud.stop()
})

it('a place that cannot be told is named', async () => {
  const identity = await createIdentity()
  const places = await twoPlaces(identity)
  const { client, cloud } = places
  await using _ = places
  const { threadId } = await client.createMemoryThread({})
  await cloud.host.stop({ graceMs: 0 })
  const { reached, missed } = await client.getMemoryThread(threadId).setUsage({})
  expect(reached.map(({ kind }) => kind)).toEqual(['local'])
  expect(missed).toMatchObject([{ place: { kind: 'cloud' }, error: { code: 'node-stopping' } }])
})

it('only the owner sets a policy', async () => {
  await using fixture = await createFixture([])
  await fixture.client.createMemoryThread({ threadId: 'mine' })
  const owner = (await createIdentity()).did
  const update = fixture.client.getMemoryThread('mine').setUsage({}, { owner })
  await expect(update).rejects.toMatchObject({ code: 'invalid-request' })
  const stranger = await createIdentity()
  const resource = { owner: await fixture.client.did, name: 'thread/mine' }
  const forged = await signUsagePolicy(stranger, { resource, policy: createUsagePolicy() })
  expect(forged.issuer).toBe(stranger.did)
})
