import {
  type AbortOptions,
  type Clock,
  isLumosError,
  type JsonValue,
  LumosError,
  type NodeId,
  protocolVersion,
  type Transport,
} from '../../contracts/index.ts'
import {
  createSystemClock,
  deadlineSignal,
  decodeJson,
  isDid,
  isJsonObject,
  linkedAbort,
  raceSignal,
} from '../../core/index.ts'
import { fetchDefaults, HttpConnection } from './http-connection.ts'
import { readBody } from './read-body.ts'

export interface HttpTransportOptions {
  /** @default the platform's */
  fetch?: typeof fetch
  /** Sent with every request, for instance for a gateway in front of the node. */
  headers?: Record<string, string>
  /** Larger events, and larger results, end the request with `too-large`. @default 1 MiB */
  maxEventBytes?: number
  /** @default 10,000 */
  dialTimeoutMs?: number
  /** A stream silent for so long is lost; nodes send a keep-alive every 15 seconds. @default 45,000 */
  silenceTimeoutMs?: number
  clock?: Clock
}

const maxHelloBytes = 64 * 1024

/** Reaches nodes at `http:` and `https:` addresses; events arrive as server-sent events. @see spec/http.md */
export function httpTransport(options: HttpTransportOptions = {}): Transport {
  return new HttpTransport(options)
}

class HttpTransport implements Transport {
  readonly kind = 'http'
  readonly #options: Required<HttpTransportOptions>
  readonly #connections = new Set<HttpConnection>()
  readonly #stopping = new AbortController()

  constructor(options: HttpTransportOptions) {
    this.#options = {
      // Bound, since browsers refuse a fetch called as a method of something else.
      fetch: (...args) => globalThis.fetch(...args),
      headers: {},
      maxEventBytes: 1024 * 1024,
      dialTimeoutMs: 10_000,
      silenceTimeoutMs: 45_000,
      clock: createSystemClock(),
      ...options,
    }
  }

  canDial(address: string): boolean {
    return /^https?:\/\//i.test(address) && URL.canParse(address)
  }

  async dial(address: string, { signal }: AbortOptions = {}): Promise<HttpConnection> {
    signal?.throwIfAborted()
    const baseUrl = this.#baseUrl(address)
    const { clock, dialTimeoutMs } = this.#options
    using timeout = deadlineSignal(clock, clock.now() + dialTimeoutMs)
    using dialling = linkedAbort(signal, this.#stopping.signal, timeout.signal)
    try {
      const remoteNodeId = await raceSignal(this.#askNode(baseUrl, dialling.signal), dialling.signal)
      return this.#connection(baseUrl, remoteNodeId)
    } catch (cause) {
      signal?.throwIfAborted()
      if (isLumosError(cause) && cause.code === 'protocol-mismatch') throw cause
      throw new LumosError('dial-failed', `Could not reach ${baseUrl}`, { cause })
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new LumosError('dial-failed', 'The transport was stopped.', { retryable: false }))
    for (const connection of [...this.#connections]) await connection.close()
  }

  #baseUrl(address: string): string {
    if (!this.canDial(address)) {
      throw new LumosError('dial-failed', `Not an HTTP address: ${address}`, { retryable: false })
    }
    const { origin, pathname } = new URL(address)
    return `${origin}${pathname.replace(/\/+$/, '')}`
  }

  #connection(address: string, remoteNodeId: NodeId): HttpConnection {
    const onClose = () => this.#connections.delete(connection)
    const connection = new HttpConnection({ ...this.#options, address, remoteNodeId, onClose })
    this.#connections.add(connection)
    return connection
  }

  async #askNode(baseUrl: string, signal: AbortSignal): Promise<NodeId> {
    const { fetch, headers } = this.#options
    const response = await fetch(`${baseUrl}/api/node`, { headers, signal, ...fetchDefaults })
    if (response.status >= 500) throw new Error(`The server answered ${response.status}.`)
    return nodeIdOf(decodeHello(await readBody(response, maxHelloBytes)))
  }
}

function decodeHello(bytes: Uint8Array): JsonValue {
  try {
    return decodeJson(bytes)
  } catch (cause) {
    throw new LumosError('protocol-mismatch', 'The server is not a Lumos node: its /api/node is not JSON.', {
      cause,
    })
  }
}

function nodeIdOf(hello: JsonValue): NodeId {
  const { protocol, nodeId } = isJsonObject(hello) ? hello : {}
  if (protocol !== protocolVersion) {
    throw new LumosError('protocol-mismatch', `The server does not speak ${protocolVersion}.`)
  }
  if (!isDid(nodeId)) throw new LumosError('protocol-mismatch', 'The server does not say which node it is.')
  return nodeId
}
