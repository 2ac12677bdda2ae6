import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { addressOf, startPeer } from './peers.ts'

const protocol = '/test/sink/1'

/** Between two peers: counts what the answering one sends. */
async function startCountingProxy(targetPort: number) {
  let answeredBytes = 0
  const server: Server = createServer(asking => {
    const answering = connect(targetPort, '127.0.0.1')
    answering.on('data', chunk => {
      answeredBytes += chunk.byteLength
    })
    asking.pipe(answering).pipe(asking)
    for (const socket of [asking, answering]) socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    answeredBytes: () => answeredBytes,
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}

/** A stream to a peer that reads and never answers. */
async function openSink() {
  await using scope = new AsyncDisposableStack()
  const answering = scope.use(await startPeer({ listen: ['/ip4/127.0.0.1/tcp/0'] }))
  const asking = scope.use(await startPeer())
  const port = Number(addressOf(answering).split('/')[4])
  const proxy = scope.use(await startCountingProxy(port))
  let receivedBytes = 0
  let onReceived = () => {}
  const accepted = Promise.withResolvers<Stream>()
  await answering.libp2p.handle(protocol, stream => {
    accepted.resolve(stream)
    stream.addEventListener('message', event => {
      receivedBytes += event.data.byteLength
      onReceived()
    })
  })
  const address = multiaddr(`/ip4/127.0.0.1/tcp/${proxy.port}/p2p/${answering.peerId}`)
  const stream: Stream = await asking.libp2p.dialProtocol(address, protocol)
  const acceptedStream = await accepted.promise
  const received = (byteLength: number) =>
    new Promise<void>(resolve => {
      onReceived = () => {
        if (receivedBytes >= byteLength) resolve()
      }
      onReceived()
    })
  const disposables = scope.move()
  return { stream, acceptedStream, proxy, received, [Symbol.asyncDispose]: () => disposables.disposeAsync() }
}

describe('Yamux of a peer node', () => {
  it('does not answer each message with a window update', async () => {
    await using sink = await openSink()
    sink.stream.send(new Uint8Array(100))
    await sink.received(100)
    const before = sink.proxy.answeredBytes()
    for (let count = 2; count <= 1000; count += 1) {
      sink.stream.send(new Uint8Array(100))
      await sink.received(count * 100)
    }
    // Each update is 30 bytes on the wire.
    expect(sink.proxy.answeredBytes() - before).toBeLessThan(3000)
  })

  it('keeps a stream going past any number of windows', async () => {
    await using sink = await openSink()
    const chunk = new Uint8Array(100_000)
    for (let count = 0; count < 100; count += 1) {
      if (!sink.stream.send(chunk)) await sink.stream.onDrain()
    }
    await sink.received(100 * chunk.byteLength)
  })

  it('gives a paused stream its window back when it reads on', async () => {
    await using sink = await openSink()
    sink.stream.send(new Uint8Array(1000))
    await sink.received(1000)
    sink.acceptedStream.pause()
    expect(sink.stream.send(new Uint8Array(1_000_000))).toBe(false)
    sink.acceptedStream.resume()
    await sink.received(1_001_000)
  })
})
