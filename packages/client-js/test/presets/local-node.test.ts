import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isAgentDelegation } from '../../src/access.ts'
import { createAssistant } from '../../src/agents.ts'
import {
  createIdentity,
  createVerifier,
  replayRun,
  verifyAgentCard,
  verifyRunRecord,
} from '../../src/identity.ts'
import { createClient } from '../../src/index.ts'
import { createPeerNode, libp2pTransport } from '../../src/p2p.ts'
import { createLocalNode, type LocalNodeOptions } from '../../src/presets/node.ts'
import { MemoryModelCatalog, ScriptedModel } from '../../src/testing.ts'

const sum = { toolCalls: [{ name: 'calculator', arguments: { expression: '23 * 19' } }] }

function options(extra: LocalNodeOptions = {}): LocalNodeOptions {
  return { models: new MemoryModelCatalog([new ScriptedModel({ script: [sum, 'It is 437.'] })]), ...extra }
}

describe('a local node', () => {
  it('answers through a tool, in this process', async () => {
    await using node = await createLocalNode(options({ name: 'Desk' }))
    await node.start()
    await using client = createClient({ host: node.host })
    const { text, toolResults } = await client.getAgent('assistant').generate('What is 23 × 19?')
    expect(text).toBe('It is 437.')
    expect(toolResults).toMatchObject([{ name: 'calculator', isError: false }])
    expect(JSON.stringify(toolResults)).toContain('437')
    expect(Object.keys(await client.getTools())).toEqual(['calculator', 'clock', 'notes_add', 'notes_search'])
    expect((await client.getNode()).name).toBe('Desk')
  })

  it('answers peers, under the same name as in this process', async () => {
    await using node = await createLocalNode(options({ peer: { listen: ['/ip4/127.0.0.1/tcp/0'] } }))
    await node.start()
    const peerNode = await createPeerNode({ identity: await createIdentity() })
    const peers = node.peerNode?.addresses() ?? []
    await using client = createClient({ peers, transports: [libp2pTransport(peerNode)] })
    const { text, place, nodeId } = await client.getAgent('assistant').generate('What is 23 × 19?')
    expect([text, place.kind, nodeId]).toEqual(['It is 437.', 'peer', node.identity.did])
    expect(await client.getPeers()).toMatchObject([{ peerId: peerNode.peerId }])
    await peerNode.stop()
  })

  it('has an assistant with a key of its own, which signs its card and what it did', async () => {
    await using node = await createLocalNode(options())
    await node.start()
    await using client = createClient({ host: node.host })
    const { runId } = await client.getAgent('assistant').generate('What is 23 × 19?')
    const record = await client.getRunRecord(runId)
    const verifier = createVerifier()
    const { issues, isDelegationChecked, provenance } = await verifyRunRecord(record, {
      verifyDelegation: (token, parties) => isAgentDelegation(token, parties, { verifier, now: Date.now() }),
    })
    expect([issues, isDelegationChecked]).toEqual([[], true])
    expect(provenance).toMatchObject({ nodeId: node.identity.did, requester: await client.did })
    const { card } = await client.getAgent('assistant').details()
    expect(await verifyAgentCard(card)).toEqual([provenance?.agentDid])
    const replay = await replayRun(record, { createAgent: parts => createAssistant(parts) })
    expect(replay.isSame).toBe(true)
  })

  it('keeps its name in its folder', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lumos-node-'))
    try {
      const first = await createLocalNode(options({ directory }))
      const second = await createLocalNode(options({ directory }))
      expect(second.identity.did).toBe(first.identity.did)
      const signers = async (node: typeof first) => {
        await node.start()
        const card = await createClient({ host: node.host }).getAgent('assistant').details()
        await node.stop()
        return verifyAgentCard(card.card)
      }
      expect(await signers(first)).toEqual(await signers(second))
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('reads pages only when told of hosts, and starts and stops as often as asked', async () => {
    await using node = await createLocalNode(options({ fetchAllow: ['example.com'] }))
    await Promise.all([node.start(), node.start()])
    await using client = createClient({ host: node.host })
    expect(Object.keys(await client.getTools())).toContain('fetch')
    await node.stop()
    await node.stop()
  })
})
