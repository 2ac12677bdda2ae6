import {
  type AbortOptions,
  type Connection,
  LumosError,
  type RequestEnvelope,
  type RequestHandler,
  type Transport,
  type UnprovenRequest,
  type Verb,
  type VerbEvent,
} from '../contracts/index.ts'
import { signedEnvelope } from '../core/index.ts'

/** Chances from 0 to 1. */
export interface Faults {
  /** A dial fails. */
  dial: number
  /** A request is lost before the host sees it. */
  request: number
  /** The connection breaks before an event arrives; the host has executed the request. */
  event: number
}

export interface FlakyTransportOptions {
  /** Uniform in [0, 1); seeded, so that a failure can be repeated. */
  random: () => number
  faults?: Faults
}

/** Reaches handlers by address over connections that break as the dice say, or when a test cuts them. */
export class FlakyTransport implements Transport {
  readonly kind = 'in-process'
  faults: Faults
  readonly #handlers: ReadonlyMap<string, RequestHandler>
  readonly #random: () => number
  readonly #down = new Set<string>()
  readonly #connections = new Set<FlakyConnection>()

  constructor(handlers: Record<string, RequestHandler>, options: FlakyTransportOptions) {
    this.#handlers = new Map(Object.entries(handlers))
    this.#random = options.random
    this.faults = options.faults ?? { dial: 0, request: 0, event: 0 }
  }

  canDial(address: string): boolean {
    return this.#handlers.has(address)
  }

  async dial(address: string, { signal }: AbortOptions = {}): Promise<Connection> {
    signal?.throwIfAborted()
    const handler = this.#handlers.get(address)
    if (handler === undefined || this.#down.has(address) || this.happens('dial')) {
      throw new LumosError('dial-failed', `Could not reach ${address}`)
    }
    const connection = new FlakyConnection(this, address, handler)
    this.#connections.add(connection)
    return connection
  }

  /** Breaks every connection to the address, and refuses new ones until {@link restore}. */
  cut(address: string): void {
    this.#down.add(address)
    for (const connection of this.#connections) if (connection.address === address) connection.break()
  }

  restore(address: string): void {
    this.#down.delete(address)
  }

  happens(fault: keyof Faults): boolean {
    return this.#random() < this.faults[fault]
  }

  async stop(): Promise<void> {
    for (const connection of this.#connections) connection.break()
  }
}

class FlakyConnection implements Connection {
  readonly kind = 'in-process'
  readonly #transport: FlakyTransport
  readonly #handler: RequestHandler
  readonly #broken = new AbortController()

  constructor(
    transport: FlakyTransport,
    readonly address: string,
    handler: RequestHandler,
  ) {
    this.#transport = transport
    this.#handler = handler
  }

  get remoteNodeId() {
    return this.#handler.nodeId
  }

  get isOpen() {
    return !this.#broken.signal.aborted
  }

  async *request<V extends Verb>(
    request: RequestEnvelope<V> | UnprovenRequest<V>,
    { signal }: AbortOptions = {},
  ): AsyncGenerator<VerbEvent<V>, void> {
    this.#check(signal, 'request')
    const envelope = await signedEnvelope(request)
    const context = { transport: this.kind, signal: this.#broken.signal } as const
    for await (const event of this.#handler.handle(envelope as RequestEnvelope, context)) {
      this.#check(signal, 'event')
      yield event as VerbEvent<V>
      this.#check(signal, 'event')
    }
  }

  break(): void {
    this.#broken.abort(new LumosError('connection-lost', `The connection to ${this.address} broke.`))
  }

  async close(): Promise<void> {
    this.break()
  }

  #check(signal: AbortSignal | undefined, fault: keyof Faults): void {
    signal?.throwIfAborted()
    if (this.#transport.happens(fault)) this.break()
    this.#broken.signal.throwIfAborted()
  }
}
