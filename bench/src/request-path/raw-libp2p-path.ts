import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { payload, rawProtocols, tokenCount, tokenLine } from './addresses.ts'
import type { MessageBytes, Path } from './path.ts'
import { startStockLibp2p } from './stock-libp2p.ts'

const message = new TextEncoder().encode(JSON.stringify(payload))

/** One libp2p stream kept open: a chunk goes, the same chunk comes back. */
export async function rawLibp2pPath(name: string, address: string): Promise<Path> {
  const { connection, stop } = await connect(address)
  const echo = new ByteCounter(await connection.newStream(rawProtocols.echo))
  const tokens = new ByteCounter(await connection.newStream(rawProtocols.tokens))
  return {
    name,
    baselines: [name],
    call: () => echo.exchange(message, message.byteLength),
    readTokens: () => tokens.exchange(Uint8Array.of(1), tokenCount * tokenLine.length),
    [Symbol.asyncDispose]: stop,
  }
}

/** One libp2p stream kept open: so many bytes go, so many others come back. */
export async function rawExchangePath(name: string, address: string, bytes: MessageBytes): Promise<Path> {
  const { connection, stop } = await connect(address)
  const answers = new ByteCounter(await connection.newStream(rawProtocols.exchange))
  const request = new Uint8Array(bytes.up)
  const sizes = new DataView(request.buffer)
  sizes.setUint32(0, bytes.up)
  sizes.setUint32(4, bytes.down)
  return {
    name,
    baselines: [name],
    call: () => answers.exchange(request, bytes.down),
    [Symbol.asyncDispose]: stop,
  }
}

/** A new libp2p stream for each call, which is what calls cost without a session. */
export async function rawLibp2pPerCallPath(name: string, address: string): Promise<Path> {
  const { connection, stop } = await connect(address)
  return {
    name,
    baselines: [name],
    async call() {
      const stream = await connection.newStream(rawProtocols.echoOnce)
      await new ByteCounter(stream).exchange(message, message.byteLength)
      await stream.close()
    },
    [Symbol.asyncDispose]: stop,
  }
}

async function connect(address: string): Promise<{ connection: Connection; stop: () => Promise<void> }> {
  const libp2p = await startStockLibp2p()
  const connection = await libp2p.dial(multiaddr(address))
  return { connection, stop: async () => libp2p.stop() }
}

/** Sends and waits for a number of bytes; calls under way at once are answered in order. */
class ByteCounter {
  readonly #stream: Stream
  readonly #waiting: { missing: number; resolve: () => void }[] = []

  constructor(stream: Stream) {
    this.#stream = stream
    stream.addEventListener('message', event => this.#count(event.data.byteLength))
  }

  exchange(bytes: Uint8Array, expectedBytes: number): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push({ missing: expectedBytes, resolve })
      this.#stream.send(bytes)
    })
  }

  #count(byteLength: number): void {
    let rest = byteLength
    for (let first = this.#waiting[0]; first !== undefined && rest > 0; first = this.#waiting[0]) {
      const taken = Math.min(rest, first.missing)
      first.missing -= taken
      rest -= taken
      if (first.missing > 0) return
      this.#waiting.shift()
      first.resolve()
    }
  }
}
