import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { transportSuite } from '../../../src/testing/transport-suite.ts'
import { libp2pTransport, peerProtocol, serveLibp2p } from '../../../src/transports/libp2p/index.ts'
import { encodeFrame } from '../../../src/transports/session/frame.ts'
import { addressOf, startPeer } from './peers.ts'

const media = { TCP: '/ip4/127.0.0.1/tcp/0', WebSocket: '/ip4/127.0.0.1/tcp/0/ws' }

for (const [medium, listen] of Object.entries(media)) {
  transportSuite(`libp2p over ${medium}`, async (handler, identity) => {
    const [server, client, silent] = await Promise.all([
      startPeer({ identity, listen: [listen] }),
      startPeer(),
      listenSilently(),
    ])
    await serveLibp2p(server, handler)
    const address = addressOf(server)
    const at = (port: number) => address.replace(/\/tcp\/\d+/, `/tcp/${port}`)
    return {
      transport: libp2pTransport(client),
      address,
      deadAddress: at(1),
      silentAddress: at(silent.port),
      async sever() {
        for (const connection of server.libp2p.getConnections()) connection.abort(new Error('severed'))
      },
      async sendRaw(bytes) {
        const peer = await client.libp2p.dial(server.libp2p.getMultiaddrs())
        const stream = await peer.newStream(peerProtocol)
        stream.send(encodeFrame('request', 1, bytes))
        await once(stream, 'message')
        stream.abort(new Error('asked'))
      },
      async stop() {
        await Promise.all([server.stop(), client.stop(), silent.stop()])
      },
    }
  })
}

/** Accepts connections and says nothing. */
async function listenSilently() {
  const server = createServer(socket => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, stop: async () => void server.close() }
}
