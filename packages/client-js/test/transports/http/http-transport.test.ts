import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { transportSuite } from '../../../src/testing/transport-suite.ts'
import { createHttpHandler } from '../../../src/transports/http/create-http-handler.ts'
import { httpTransport } from '../../../src/transports/http/http-transport.ts'
import { NodeListener } from './node-listener.ts'

transportSuite('HTTP', async handler => {
  const listener = await NodeListener.listen(createHttpHandler(handler))
  const silent = createServer(() => {})
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  return {
    transport: httpTransport(),
    address: listener.origin,
    // Port 1 is reserved and never listens here.
    deadAddress: 'http://127.0.0.1:1',
    silentAddress: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    sever: async () => listener.sever(),
    sendRaw: async bytes => {
      const body = new Uint8Array(bytes)
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${listener.origin}/api/node.describe`, { method: 'POST', headers, body })
      await response.arrayBuffer()
    },
    stop: async () => {
      silent.close()
      await listener[Symbol.asyncDispose]()
    },
  }
})
