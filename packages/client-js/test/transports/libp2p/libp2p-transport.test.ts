import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { peerIdFromDid } from '../../../src/core/index.ts'
import { createIdentity } from '../../../src/identity.ts'
import { libp2pTransport, peerProtocol, serveLibp2p } from '../../../src/transports/libp2p/index.ts'
import { addressOf, request, startPeer, VerifyingHandler } from './peers.ts'

const listenAddresses = { tcp: '/ip4/127.0.0.1/tcp/0', websocket: '/ip4/127.0.0.1/tcp/0/ws' }

async function firstOf<Event>(events: AsyncIterable<Event>): Promise<Event | undefined> {
  for await (const event of events) return event
  return undefined
}

describe.each(Object.entries(listenAddresses))('the libp2p transport over %s', (medium, listen) => {
  it('reaches a peer whose NodeId is proved, and tells the handler who asks', async () => {
    await using server = await startPeer({ listen: [listen] })
    await using client = await startPeer()
    await serveLibp2p(server, new VerifyingHandler(server.nodeId))
    const transport = libp2pTransport(client)
    const connection = await transport.dial(addressOf(server))
    expect(connection).toMatchObject({ kind: 'libp2p', remoteNodeId: server.nodeId, isOpen: true })
    expect(server.peerId).toBe(peerIdFromDid(server.nodeId))
    const envelope = await request(client.identity, connection.remoteNodeId)
    expect(await firstOf(connection.request(envelope))).toEqual({
      id: 1,
      type: 'result',
      value: { transport: 'libp2p', remoteNodeId: client.nodeId, issuer: client.nodeId },
    })
    expect(client.list()[0]?.connections[0]).toMatchObject({ transport: medium, direction: 'outbound' })
    await transport.stop()
  })

  it('shares one stream among all connections to a peer, and closes it with the last', async () => {
    await using server = await startPeer({ listen: [listen] })
    await using client = await startPeer()
    await serveLibp2p(server, new VerifyingHandler(server.nodeId))
    const transport = libp2pTransport(client)
    const streams = () =>
      client.libp2p
        .getConnections()
        .flatMap(({ streams }) => streams.filter(s => s.protocol === peerProtocol))
    const address = addressOf(server)
    const [first, second] = await Promise.all([transport.dial(address), transport.dial(address)])
    expect(streams()).toHaveLength(1)
    await first.close()
    await first.close()
    expect([first.isOpen, second.isOpen]).toEqual([false, true])
    const envelope = await request(client.identity, second.remoteNodeId)
    await expect(firstOf(first.request(envelope))).rejects.toMatchObject({ code: 'connection-lost' })
    expect(await firstOf(second.request(envelope))).toMatchObject({ type: 'result' })
    await second.close()
    expect(second.isOpen).toBe(false)
    await transport.stop()
  })

  it('loses its connection with the peer, and reaches the peer again by another dial', async () => {
    await using client = await startPeer()
    await using server = await startPeer({ listen: [listen] })
    await serveLibp2p(server, new VerifyingHandler(server.nodeId))
    const transport = libp2pTransport(client)
    const address = addressOf(server)
    const lost = await transport.dial(address)
    const closed = Promise.withResolvers<void>()
    client.on('connection-closed', () => closed.resolve())
    await client.libp2p.hangUp(server.libp2p.peerId)
    await closed.promise
    expect(lost.isOpen).toBe(false)
    const envelope = await request(client.identity, lost.remoteNodeId)
    await expect(firstOf(lost.request(envelope))).rejects.toMatchObject({ code: 'connection-lost' })
    const again = await transport.dial(address)
    expect(await firstOf(again.request(envelope))).toMatchObject({ type: 'result' })
    await transport.stop()
  })
})

describe('the libp2p transport', () => {
  it('dials multiaddrs and nothing else', async () => {
    await using client = await startPeer()
    const transport = libp2pTransport(client)
    expect(transport.canDial('/ip4/127.0.0.1/tcp/1/ws')).toBe(true)
    for (const address of ['http://127.0.0.1:1', 'in-process:', '/nonsense', '']) {
      expect(transport.canDial(address)).toBe(false)
      await expect(transport.dial(address)).rejects.toMatchObject({ code: 'dial-failed', retryable: false })
    }
  })

  it('says that a peer that is not there may be tried again', async () => {
    await using client = await startPeer()
    const unused = createServer().listen(0, '127.0.0.1')
    await once(unused, 'listening')
    const { port } = unused.address() as AddressInfo
    unused.close()
    await once(unused, 'close')
    const dialling = libp2pTransport(client).dial(`/ip4/127.0.0.1/tcp/${port}`)
    await expect(dialling).rejects.toMatchObject({ code: 'dial-failed', retryable: true })
  })

  it('refuses a peer that proves another identity than the address names', async () => {
    await using server = await startPeer({ listen: [listenAddresses.tcp] })
    await using client = await startPeer()
    await serveLibp2p(server, new VerifyingHandler(server.nodeId))
    const stranger = await createIdentity()
    const address = addressOf(server).replace(server.peerId, peerIdFromDid(stranger.did))
    await expect(libp2pTransport(client).dial(address)).rejects.toMatchObject({ code: 'dial-failed' })
  })

  it('says so when the peer does not speak the protocol', async () => {
    await using server = await startPeer({ listen: [listenAddresses.tcp] })
    await using client = await startPeer()
    const dialling = libp2pTransport(client).dial(addressOf(server))
    await expect(dialling).rejects.toMatchObject({ code: 'protocol-mismatch', retryable: false })
  })

  it('stops dialling with the reason of its signal', async () => {
    await using client = await startPeer()
    const silent = createServer(socket => socket.resume()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const controller = new AbortController()
    const dialling = libp2pTransport(client).dial(`/ip4/127.0.0.1/tcp/${port}`, { signal: controller.signal })
    await once(silent, 'connection')
    const reason = new Error('changed my mind')
    controller.abort(reason)
    await expect(dialling).rejects.toBe(reason)
    silent.close()
  })

  it('lets a handler refuse, and goes on', async () => {
    await using server = await startPeer({ listen: [listenAddresses.tcp] })
    await using client = await startPeer()
    await serveLibp2p(server, new VerifyingHandler(server.nodeId))
    const connection = await libp2pTransport(client).dial(addressOf(server))
    const envelope = await request(client.identity, connection.remoteNodeId)
    const forged = { ...envelope, issuer: (await createIdentity()).did }
    await expect(firstOf(connection.request(forged))).rejects.toMatchObject({ code: 'invalid-proof' })
    expect(await firstOf(connection.request(envelope))).toMatchObject({ type: 'result' })
  })

  it('outlives a peer that sends garbage', async () => {
    await using server = await startPeer({ listen: [listenAddresses.tcp] })
    await using client = await startPeer()
    await serveLibp2p(server, new VerifyingHandler(server.nodeId))
    const peer = await client.libp2p.dial(server.libp2p.getMultiaddrs())
    const stream = await peer.newStream(peerProtocol)
    const closed = once(stream, 'close')
    stream.send(Uint8Array.from({ length: 1000 }, (_, index) => (index * 37) % 256))
    await closed
    const connection = await libp2pTransport(client).dial(addressOf(server))
    const envelope = await request(client.identity, connection.remoteNodeId)
    expect(await firstOf(connection.request(envelope))).toMatchObject({ type: 'result' })
  })
})

describe('serving peers', () => {
  it('is refused for a handler of another identity', async () => {
    await using server = await startPeer()
    const handler = new VerifyingHandler((await createIdentity()).did)
    await expect(serveLibp2p(server, handler)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is refused twice, and allowed again after a stop', async () => {
    await using server = await startPeer()
    const handler = new VerifyingHandler(server.nodeId)
    const peerServer = await serveLibp2p(server, handler)
    await expect(serveLibp2p(server, handler)).rejects.toMatchObject({ code: 'conflict' })
    await peerServer.stop()
    await serveLibp2p(server, handler)
  })

  it('ends its sessions when it stops', async () => {
    await using server = await startPeer({ listen: [listenAddresses.tcp] })
    await using client = await startPeer()
    const peerServer = await serveLibp2p(server, {
      nodeId: server.nodeId,
      async *handle(_, { signal }) {
        yield { id: 1, type: 'result', value: null }
        await new Promise(resolve => signal?.addEventListener('abort', resolve))
      },
    })
    const connection = await libp2pTransport(client).dial(addressOf(server))
    const events = connection.request(await request(client.identity, server.nodeId))[Symbol.asyncIterator]()
    await events.next()
    await peerServer.stop()
    await expect(events.next()).rejects.toMatchObject({ code: 'connection-lost' })
  })
})
