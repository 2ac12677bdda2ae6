import { describe, expect, it } from 'vitest'
import { createIdentity, identityFromSeed } from '../../../src/identity.ts'
import type { PeerNodeEvents } from '../../../src/transports/libp2p/index.ts'
import { createPeerNode, type PeerNode } from '../../../src/transports/libp2p/index.ts'
import { startPeer } from './peers.ts'

const listen = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws']

function next<Name extends keyof PeerNodeEvents>(
  peerNode: PeerNode,
  name: Name,
): Promise<PeerNodeEvents[Name]> {
  return new Promise(resolve => {
    const off = peerNode.on(name, payload => {
      off()
      resolve(payload)
    })
  })
}

describe('a peer node', () => {
  it('is named by its identity', async () => {
    const identity = await identityFromSeed(new Uint8Array(32).fill(7))
    const peerNode = await createPeerNode({ identity })
    expect(peerNode.nodeId).toBe(identity.did)
    expect(peerNode.peerId).toMatch(/^12D3Koo/)
    expect(peerNode.peerId).toBe((await createPeerNode({ identity })).peerId)
  })

  it('listens nowhere unless told', async () => {
    await using peer = await startPeer()
    expect(peer.addresses()).toEqual([])
  })

  it('tells what it listens on, and keeps its name over a restart', async () => {
    await using peer = await startPeer({ listen })
    expect(peer.addresses()).toHaveLength(2)
    for (const address of peer.addresses()) expect(address).toMatch(`/p2p/${peer.peerId}`)
    await peer.stop()
    await peer.stop()
    await peer.start()
    expect(peer.addresses()).toHaveLength(2)
  })

  it('refuses to start where it cannot listen', async () => {
    const identity = await createIdentity()
    const peerNode = await createPeerNode({ identity, listen: ['/ip4/127.0.0.1/udp/0/quic-v1'] })
    await expect(peerNode.start()).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('lists its peers and tells of connections and latency as they come and go', async () => {
    await using server = await startPeer({ listen })
    await using client = await startPeer()
    const [opened, measured] = [next(server, 'connection-opened'), next(server, 'latency-measured')]
    await client.libp2p.dial(server.libp2p.getMultiaddrs()[1] ?? [])
    expect(await opened).toMatchObject({
      nodeId: client.nodeId,
      connection: { transport: 'websocket', direction: 'inbound' },
    })
    const { latencyMs } = await measured
    expect(latencyMs).toBeGreaterThanOrEqual(0)
    expect(server.list()).toMatchObject([
      { nodeId: client.nodeId, peerId: client.peerId, connections: [{ transport: 'websocket', latencyMs }] },
    ])
    const closed = next(server, 'connection-closed')
    await client.stop()
    expect(await closed).toMatchObject({ nodeId: client.nodeId })
    expect(server.list()).toEqual([])
  })
})
