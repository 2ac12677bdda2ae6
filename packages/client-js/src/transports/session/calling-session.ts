import { LumosError } from '../../contracts/index.ts'
import { decodeError } from './error-payload.ts'
import { encodeCredit, type Frame } from './frame.ts'
import type { Medium } from './medium.ts'
import { type CallReader, OutgoingCall, type OutgoingCallOptions } from './outgoing-call.ts'
import { SessionCore, type SessionOptions } from './session-core.ts'

/** The end of a session that opened the medium and asks: any number of calls share it. */
export class CallingSession {
  readonly #core: SessionCore<CallReader>
  #lastCall = 0

  constructor(medium: Medium, options: SessionOptions = {}) {
    this.#core = new SessionCore({
      ...options,
      medium,
      onFrame: frame => this.#receive(frame),
      endCall: (call, error) => call.settle({ type: 'failed', error: connectionLost(error) }),
    })
    this.#core.open()
  }

  get isOpen(): boolean {
    return this.#core.isOpen
  }

  /**
   * Yields the events of one call, in order; sends nothing before the first pull. Aborting, or leaving the loop,
   * stops reading and tells the other end.
   *
   * @throws {LumosError} what the other end answered; `too-large`; `rate-limited` when earlier requests still
   *   wait to be sent; `connection-lost`
   */
  call<Event>(options: OutgoingCallOptions<Event>): OutgoingCall<Event> {
    return new OutgoingCall(
      {
        begin: (payload, call) => this.#begin(payload, call),
        credit: (id, creditBytes) => this.#core.writer.send('credit', id, encodeCredit(creditBytes)),
        cancel: id => this.#cancel(id),
      },
      options,
    )
  }

  /** Idempotent. Calls under way end with `connection-lost`. */
  close(): void {
    this.#core.close()
  }

  #begin(payload: Uint8Array, call: CallReader): number {
    if (!this.#core.isOpen) throw connectionLost()
    if (this.#core.writer.queuedBytes + payload.byteLength > this.#core.limits.maxQueuedBytes) throw tooBusy()
    const id = this.#lastCall + 1
    this.#core.writer.send('request', id, payload)
    this.#lastCall = id
    this.#core.calls.set(id, call)
    return id
  }

  #cancel(id: number): void {
    if (this.#core.calls.delete(id) && this.#core.isOpen) this.#core.writer.send('cancel', id)
  }

  #receive(frame: Frame): void {
    const { kind, call: id, payload } = frame
    const isAnswer = kind === 'event' || kind === 'end' || kind === 'error'
    if (!isAnswer || (kind === 'end' && payload.byteLength > 0)) throw notAllowed(frame)
    const call = this.#core.calls.get(id)
    // Its reader left before the last frames arrived, which is nobody's fault.
    if (call === undefined) return
    if (kind === 'event') {
      if (!call.receive(payload)) throw notAllowed(frame)
      return
    }
    const error = kind === 'error' ? decodeError(payload) : undefined
    this.#core.calls.delete(id)
    if (error === undefined) call.complete()
    else call.settle({ type: 'failed', error })
  }
}

function connectionLost(cause?: LumosError): LumosError {
  if (cause?.code === 'connection-lost') return cause
  return new LumosError('connection-lost', 'The connection to the node is closed', { cause })
}

function tooBusy(): LumosError {
  return new LumosError('rate-limited', 'Too many requests wait to be sent over this connection')
}

function notAllowed({ kind, call }: Frame): LumosError {
  return new LumosError('malformed-frame', `The node sent a frame (${kind}) that call ${call} does not allow`)
}
