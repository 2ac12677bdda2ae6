import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Libp2p, Stream } from '@libp2p/interface'
import { createHttpHandler } from '@lomusai/client-js/host'
import { createIdentity } from '@lomusai/client-js/identity'
import { createPeerNode, serveLibp2p } from '@lomusai/client-js/p2p'
import { type Addresses, rawProtocols, tokenCount, tokenLine } from './addresses.ts'
import { startAnsweringHost } from './answering-host.ts'
import { startStockLibp2p } from './stock-libp2p.ts'

/** Echoes JSON bodies; a GET is a stream of tokens as server-sent events. */
const rawHttpServer = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let index = 0; index < tokenCount; index += 1) response.write(`data: ${tokenLine}\n\n`)
    response.end()
    return
  }
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const value = JSON.parse(Buffer.concat(chunks).toString())
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  })
})

async function handleRawProtocols(libp2p: Libp2p): Promise<void> {
  await libp2p.handle(rawProtocols.echo, stream => {
    stream.addEventListener('message', event => void stream.send(event.data))
  })
  await libp2p.handle(rawProtocols.echoOnce, stream => {
    stream.addEventListener('message', event => {
      stream.send(event.data)
      void stream.close()
    })
  })
  await libp2p.handle(rawProtocols.exchange, answerExchanges)
  const token = new TextEncoder().encode(tokenLine)
  await libp2p.handle(rawProtocols.tokens, stream => {
    stream.addEventListener('message', () => {
      for (let index = 0; index < tokenCount; index += 1) stream.send(token)
    })
  })
}

/** A stream's first eight bytes say how long each request is and how long each answer. */
function answerExchanges(stream: Stream): void {
  let sizes: DataView | undefined
  let answer = new Uint8Array(0)
  let received = 0
  stream.addEventListener('message', event => {
    received += event.data.byteLength
    if (sizes === undefined) {
      const head = event.data.subarray(0, 8)
      sizes = new DataView(head.buffer, head.byteOffset, 8)
      answer = new Uint8Array(sizes.getUint32(4))
    }
    for (; received >= sizes.getUint32(0); received -= sizes.getUint32(0)) stream.send(answer)
  })
}

function listen(server: ReturnType<typeof createServer>): Promise<string> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

const listenAddresses = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws']
const raw = await startStockLibp2p(listenAddresses)
await handleRawProtocols(raw)
const [rawTcp = '', rawWebSocket = ''] = raw.getMultiaddrs().map(String)

const identity = await createIdentity()
const host = await startAnsweringHost(identity)
const peerNode = await createPeerNode({
  identity,
  listen: listenAddresses,
  // Each path dials for itself, all of them at once.
  maxInboundConnectionsPerSecond: 100,
})
await peerNode.start()
await serveLibp2p(peerNode, host)
const [tcp = '', websocket = ''] = peerNode.addresses()
const addresses: Addresses = {
  rawHttp: await listen(rawHttpServer),
  http: await listen(createServer(getRequestListener(createHttpHandler(host)))),
  tcp,
  websocket,
  rawTcp,
  rawWebSocket,
}
process.send?.(addresses)
// Asked with any message: the processor time used so far, in microseconds.
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.once('disconnect', () => process.exit())
