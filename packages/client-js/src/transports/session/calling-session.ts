import { LumosError } from '../../contracts/index.ts'
import { decodeError } from './error-payload.ts'
import { encodeCredit, type Frame } from './frame.ts'
import type { Medium } from './medium.ts'
import { type CallReader, OutgoingCall, type OutgoingCallOptions } from './outgoing-call.ts'
import { SessionCore } from './session-core.ts'
import { defaultSessionLimits, type SessionLimits } from './session-limits.ts'

export interface CallingSessionOptions {
  limits?: Partial<SessionLimits>
  /** Called once, when the session can be used no more. `error` is absent when we closed it. */
  onEnd?: (error?: LumosError) => void
}

/** The end of a session that opened the medium and asks: any number of calls share it. */
export class CallingSession {
  readonly #core: SessionCore
  readonly #limits: SessionLimits
  readonly #calls = new Map<number, CallReader>()
  readonly #onEnd: ((error?: LumosError) => void) | undefined
  #lastCall = 0

  constructor(medium: Medium, options: CallingSessionOptions = {}) {
    this.#onEnd = options.onEnd
    this.#limits = { ...defaultSessionLimits, ...options.limits }
    this.#core = new SessionCore({
      medium,
      limits: this.#limits,
      onFrame: frame => this.#receive(frame),
      onEnd: error => this.#end(error),
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
    if (this.#core.writer.queuedBytes + payload.byteLength > this.#limits.maxQueuedBytes) throw tooBusy()
    const id = this.#lastCall + 1
    this.#core.writer.send('request', id, payload)
    this.#lastCall = id
    this.#calls.set(id, call)
    return id
  }

  #cancel(id: number): void {
    if (this.#calls.delete(id) && this.#core.isOpen) this.#core.writer.send('cancel', id)
  }

  #receive(frame: Frame): void {
    const { kind, call: id, payload } = frame
    const isAnswer = kind === 'event' || kind === 'end' || kind === 'error'
    if (!isAnswer || (kind === 'end' && payload.byteLength > 0)) throw notAllowed(frame)
    const call = this.#calls.get(id)
    // Its reader left before the last frames arrived, which is nobody's fault.
    if (call === undefined) return
    if (kind === 'event') {
      if (!call.receive(payload)) throw notAllowed(frame)
      return
    }
    const error = kind === 'error' ? decodeError(payload) : undefined
    this.#calls.delete(id)
    if (error === undefined) call.complete()
    else call.settle({ type: 'failed', error })
  }

  #end(error: LumosError | undefined): void {
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    for (const call of calls) call.settle({ type: 'failed', error: connectionLost(error) })
    this.#onEnd?.(error)
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
