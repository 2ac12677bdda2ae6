import { describe, expect, it } from 'vitest'
import { createIdentity } from '../../src/identity.ts'
import { createClient } from '../../src/index.ts'
import { createFixture } from './fixture.ts'

describe('a client', () => {
  it('lists agents, tools, models, and describes the node', async () => {
    await using fixture = await createFixture([])
    const { client, host } = fixture
    expect(Object.keys(await client.getAgents())).toEqual(['assistant'])
    expect(await client.getAgent('assistant').details()).toMatchObject({ card: { name: 'Assistant' } })
    expect(Object.keys(await client.getTools())).toEqual(['double', 'delete'])
    expect(await client.getModels()).toMatchObject({ defaultModelId: 'scripted' })
    expect(await client.getNode()).toMatchObject({ nodeId: host.nodeId, name: 'Fixture' })
  })

  it('calls a tool by hand', async () => {
    await using fixture = await createFixture([])
    const tool = fixture.client.getAgent('assistant').getTool('double')
    expect(await tool.details()).toMatchObject({ name: 'double' })
    expect(await tool.execute({ n: 4 })).toBe(8)
    await expect(tool.execute({ n: 'four' })).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(fixture.client.getTool('none').details()).rejects.toMatchObject({ code: 'not-found' })
  })

  it('keeps conversations', async () => {
    await using fixture = await createFixture([])
    const { client } = fixture
    const { threadId } = await client.createMemoryThread({ title: 'Trip' })
    const thread = client.getMemoryThread(threadId)
    await thread.update({ title: 'Journey' })
    const [added] = await thread.addMessage('Pack socks')
    await client.saveMessageToMemory({ threadId, messages: [{ role: 'assistant', content: 'Noted.' }] })
    expect(await thread.get()).toMatchObject({ title: 'Journey' })
    expect((await thread.listMessages()).map(({ role }) => role)).toEqual(['ROLE_USER', 'ROLE_AGENT'])
    expect((await thread.getMessages({ limit: 1 })).messages).toHaveLength(1)
    expect(added?.parts).toEqual([{ text: 'Pack socks' }])
    expect(await client.getMemoryThreads()).toMatchObject([{ threadId }])
    expect(await client.getMemoryStatus()).toEqual({ result: true })
    await thread.delete()
    await expect(thread.get()).rejects.toMatchObject({ code: 'not-found' })
  })

  it('signs with the identity it was given, else with one of its own', async () => {
    const identity = await createIdentity()
    await using fixture = await createFixture([], { identity })
    expect(await fixture.client.did).toBe(identity.did)
    await using stranger = await createFixture([])
    expect(await stranger.client.did).toMatch(/^did:key:z6Mk/)
    expect(await stranger.client.did).toBe((await stranger.client.identity).did)
  })

  it('tells of connections', async () => {
    await using fixture = await createFixture([])
    const opened: string[] = []
    const off = fixture.client.on('connection-opened', ({ nodeId }) => opened.push(nodeId))
    await fixture.client.getAgents()
    off()
    expect(opened).toEqual([fixture.host.nodeId])
    expect(fixture.client.connections()).toMatchObject([
      { place: { kind: 'local' }, isOpen: true, transport: 'in-process', nodeId: fixture.host.nodeId },
    ])
  })

  it('goes where it is told', async () => {
    await using fixture = await createFixture([], { place: 'cloud' })
    await expect(fixture.client.getAgents()).rejects.toMatchObject({ code: 'no-place-available' })
    fixture.client.setPlace('local')
    expect(fixture.client.place).toBe('local')
    expect(Object.keys(await fixture.client.getAgents())).toEqual(['assistant'])
  })

  it('refuses a peer address that nothing dials', () => {
    expect(() => createClient({ peers: ['/ip4/127.0.0.1/tcp/1/p2p/x'] })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })
})
