import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { addressOf, startPeer } from './peers.ts'

const protocol = '/test/echo/1'

/** A stream between two of our peers, and how to say something over it and wait for the echo. */
async function openStream() {
  const [server, client] = [await startPeer({ listen: ['/ip4/127.0.0.1/tcp/0'] }), await startPeer()]
  await server.libp2p.handle(protocol, stream => {
    stream.addEventListener('message', event => void stream.send(event.data))
  })
  const stream: Stream = await client.libp2p.dialProtocol(multiaddr(addressOf(server)), protocol)
  const echo = () =>
    new Promise<void>(resolve => {
      stream.addEventListener('message', () => resolve(), { once: true })
      stream.send(new Uint8Array(100))
    })
  return {
    ...{ stream, echo },
    async [Symbol.asyncDispose]() {
      for (const peer of [client, server]) await peer[Symbol.asyncDispose]()
    },
  }
}

describe('the streams of a peer node', () => {
  it('say nothing that nobody hears, and everything to whoever listens', async () => {
    await using open = await openStream()
    const dispatched: string[] = []
    const dispatch = open.stream.dispatchEvent.bind(open.stream)
    open.stream.dispatchEvent = event => {
      dispatched.push(event.type)
      return dispatch(event)
    }
    await open.echo()
    expect(dispatched).toEqual(['message'])
    let idle = 0
    open.stream.addEventListener('idle', () => idle++)
    await open.echo()
    expect(dispatched).toEqual(['message', 'idle', 'message'])
    expect(idle).toBe(1)
  })
})
