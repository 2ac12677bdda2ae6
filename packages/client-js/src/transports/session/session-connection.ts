import {
  type AbortOptions,
  type Connection,
  LumosError,
  type NodeId,
  type RequestEnvelope,
  type TransportKind,
  type UnprovenRequest,
  type UnsignedEnvelope,
  type Verb,
  type VerbEvent,
} from '../../contracts/index.ts'
import { contentOf, decodeJson, EventReader, signedEnvelope, utf8 } from '../../core/index.ts'
import type { CallingSession } from './calling-session.ts'

export interface SessionConnectionOptions {
  session: CallingSession
  kind: TransportKind
  address: string
  remoteNodeId: NodeId
  /** Called once, at the first `close()`. */
  onClose?: () => void
}

/** A connection whose calls travel over a session, which other connections may share. */
export class SessionConnection implements Connection {
  readonly kind: TransportKind
  readonly address: string
  readonly remoteNodeId: NodeId
  readonly #session: CallingSession
  readonly #onClose: (() => void) | undefined
  readonly #closing = new AbortController()

  constructor(options: SessionConnectionOptions) {
    this.kind = options.kind
    this.address = options.address
    this.remoteNodeId = options.remoteNodeId
    this.#session = options.session
    this.#onClose = options.onClose
  }

  get isOpen(): boolean {
    return this.#session.isOpen && !this.#closing.signal.aborted
  }

  request<V extends Verb>(
    request: RequestEnvelope<V> | UnprovenRequest<V>,
    options: AbortOptions = {},
  ): AsyncIterable<VerbEvent<V>> {
    const envelope = contentOf(request)
    const unproven = 'identity' in request ? (request as UnprovenRequest) : undefined
    const session = this.#session
    const reader = new EventReader(envelope.verb, offsetOf(envelope))
    return session.call<VerbEvent<V>>({
      encode: () => encodeSigned(request as RequestEnvelope | UnprovenRequest),
      prove: unproven && (id => session.prove(unproven, id)),
      onUnproven: unproven && (() => session.forgetProof(unproven)),
      decode: payload => reader.read(decodeJson(payload)),
      checkComplete() {
        if (!reader.isComplete) throw new LumosError('internal', 'The host ended before the last event.')
      },
      signals: options.signal ? [options.signal, this.#closing.signal] : [this.#closing.signal],
    })
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new LumosError('connection-lost', 'The connection was closed on this side'))
    this.#onClose?.()
  }
}

function encodeSigned(request: RequestEnvelope | UnprovenRequest): Uint8Array | Promise<Uint8Array> {
  const signed = signedEnvelope(request)
  const encode = (envelope: RequestEnvelope) => utf8.encode(JSON.stringify(envelope))
  return signed instanceof Promise ? signed.then(encode) : encode(signed)
}

function offsetOf({ params }: UnsignedEnvelope): number {
  return 'offset' in params ? (params.offset ?? 0) : 0
}
