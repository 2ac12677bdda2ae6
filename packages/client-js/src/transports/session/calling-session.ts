import { LumosError, type UnprovenRequest } from '../../contracts/index.ts'
import { decodeError } from './error-payload.ts'
import { encodeCredit, type Frame } from './frame.ts'
import type { Medium } from './medium.ts'
import { type CallReader, OutgoingCall, type OutgoingCallOptions } from './outgoing-call.ts'
import { SessionCore, type SessionOptions, sessionCall } from './session-core.ts'
import { type SessionEnds, SessionProver } from './session-prover.ts'

export interface CallingSessionOptions extends SessionOptions {
  /** Of a channel that is confidential, to a node that may take session proofs. @default every request is signed */
  ends?: SessionEnds | undefined
}

const challengeBytes = 32

/** The end of a session that opened the medium and asks: any number of calls share it. */
export class CallingSession {
  readonly #core: SessionCore<CallReader>
  #lastCall = 0
  /** From the node's challenge on. */
  #prover: SessionProver | undefined

  constructor(medium: Medium, options: CallingSessionOptions = {}) {
    const { ends } = options
    this.#core = new SessionCore({
      ...options,
      medium,
      onFrame: frame => this.#receive(frame),
      onSessionFrame: ends && (frame => this.#receiveOfSession(frame, ends)),
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
        nextId: () => this.#lastCall + 1,
        begin: (kind, payload, call) => this.#begin(kind, payload, call),
        credit: (id, creditBytes) => this.#core.writer.send('credit', id, encodeCredit(creditBytes)),
        cancel: id => this.#cancel(id),
      },
      options,
    )
  }

  /** The payload that proves the request as call `id`; undefined when it has to be signed. */
  prove(request: UnprovenRequest, id: number): Uint8Array | undefined {
    return this.#prover?.prove(request, id)
  }

  /** The node no longer takes the key that proved the request. */
  forgetProof(request: UnprovenRequest): void {
    this.#prover?.forget(request)
  }

  /** Idempotent. Calls under way end with `connection-lost`. */
  close(): void {
    this.#core.close()
  }

  #begin(kind: 'request' | 'proven', payload: Uint8Array, call: CallReader): number {
    if (!this.#core.isOpen) throw connectionLost()
    if (this.#core.writer.queuedBytes + payload.byteLength > this.#core.limits.maxQueuedBytes) throw tooBusy()
    const id = this.#lastCall + 1
    this.#core.writer.send(kind, id, payload)
    this.#lastCall = id
    this.#core.calls.set(id, call)
    return id
  }

  #cancel(id: number): void {
    if (this.#core.calls.delete(id) && this.#core.isOpen) this.#core.writer.send('cancel', id)
  }

  #receiveOfSession(frame: Frame, ends: SessionEnds): void {
    const { kind, payload } = frame
    if (kind === 'challenge' && this.#prover === undefined && payload.byteLength === challengeBytes) {
      const send = (signed: Uint8Array) => {
        if (this.#core.isOpen) this.#core.writer.send('statement', sessionCall, signed)
      }
      this.#prover = new SessionProver({ ...ends, challenge: payload.slice(), send })
      return
    }
    const [number = 0, verdict] = payload
    const isVerdict = kind === 'verdict' && payload.byteLength === 2 && (verdict === 0 || verdict === 1)
    if (!isVerdict || !this.#prover?.decide(number, verdict === 1)) throw notAllowed(frame)
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
    else call.fail(error)
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
