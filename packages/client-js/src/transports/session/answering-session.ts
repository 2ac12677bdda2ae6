import { LumosError, type RequestSession } from '../../contracts/index.ts'
import { encodeError } from './error-payload.ts'
import { decodeCredit, type Frame } from './frame.ts'
import { type AnswerRequest, IncomingCall } from './incoming-call.ts'
import type { Medium } from './medium.ts'
import { SessionCore, type SessionOptions, sessionCall } from './session-core.ts'

/** Answers a request that a key of the session proves, if it does. */
export type AnswerProven = (call: number, ...request: Parameters<AnswerRequest>) => ReturnType<AnswerRequest>

export interface AnsweringSessionOptions extends SessionOptions {
  /** How callers prove themselves once. @default every request is signed */
  proofs?: Pick<RequestSession, 'challenge' | 'prove'> & { answer: AnswerProven }
}

/** The end of a session that was dialled and answers. Whatever the peer sends, only this session can end of it. */
export class AnsweringSession {
  readonly #core: SessionCore<IncomingCall>
  readonly #answerRequest: AnswerRequest
  /** Includes calls whose reader left, until their handler returned: leaving early buys nobody more calls. */
  #callsUnderWay = 0
  readonly #proofs: AnsweringSessionOptions['proofs']
  #lastCall = 0
  /** Numbers of the statements so far. */
  readonly #statements = new Set<number>()

  constructor(medium: Medium, answerRequest: AnswerRequest, options: AnsweringSessionOptions = {}) {
    this.#answerRequest = answerRequest
    const { proofs } = options
    this.#proofs = proofs
    this.#core = new SessionCore({
      ...options,
      medium,
      onFrame: frame => this.#receive(frame),
      onSessionFrame: proofs && (frame => this.#receiveStatement(frame, proofs)),
      endCall: (call, error) => call.cancel(error ?? readerLeft()),
    })
    this.#core.open()
    if (proofs !== undefined) this.#core.writer.send('challenge', sessionCall, proofs.challenge)
  }

  get isOpen(): boolean {
    return this.#core.isOpen
  }

  /** Idempotent. Readers of calls under way see `connection-lost`. */
  close(): void {
    this.#core.close()
  }

  #receive(frame: Frame): void {
    const { kind, call: id, payload } = frame
    if (kind === 'request') {
      this.#begin(frame, this.#answerRequest)
    } else if (kind === 'proven' && this.#proofs !== undefined) {
      const { answer } = this.#proofs
      this.#begin(frame, (...request) => answer(id, ...request))
    } else if (kind === 'cancel' && payload.byteLength === 0) {
      this.#core.calls.get(id)?.cancel(readerLeft())
      this.#core.calls.delete(id)
    } else if (kind !== 'credit' || !this.#grant(id, decodeCredit(payload))) {
      throw new LumosError('malformed-frame', `The peer sent a frame (${kind}) that is not allowed here`)
    }
  }

  /** False when the credit adds up to more than anybody can use. A call that is over needs none. */
  #grant(id: number, creditBytes: number): boolean {
    return this.#core.calls.get(id)?.grant(creditBytes) ?? true
  }

  #receiveStatement({ kind, payload }: Frame, proofs: Pick<RequestSession, 'prove'>): void {
    const [number = 0] = payload
    if (kind !== 'statement' || number === 0 || this.#statements.has(number)) {
      throw new LumosError('malformed-frame', `The peer sent a frame (${kind}) that is not allowed here`)
    }
    this.#statements.add(number)
    const decide = (isAccepted: boolean) => {
      if (!this.#core.isOpen) return
      this.#core.writer.send('verdict', sessionCall, Uint8Array.of(number, isAccepted ? 1 : 0))
    }
    // Why it is refused is said to its author by what their signed requests get.
    proofs.prove(payload).then(
      () => decide(true),
      () => decide(false),
    )
  }

  #begin({ call: id, payload }: Frame, answerRequest: AnswerRequest): void {
    if (id <= this.#lastCall) throw new LumosError('malformed-frame', `The peer used call id ${id} again`)
    this.#lastCall = id
    if (this.#callsUnderWay >= this.#core.limits.maxCalls) {
      this.#core.writer.send('error', id, encodeError(tooManyCalls(this.#core.limits.maxCalls)))
      return
    }
    const call = new IncomingCall(id, this.#core.writer)
    this.#core.calls.set(id, call)
    this.#callsUnderWay += 1
    void call.answer(payload, answerRequest).then(() => {
      this.#callsUnderWay -= 1
      this.#core.calls.delete(id)
    })
  }
}

function readerLeft(): LumosError {
  return new LumosError('connection-lost', 'The reader of this answer left')
}

function tooManyCalls(maxCalls: number): LumosError {
  return new LumosError('rate-limited', `Only ${maxCalls} calls at once share one connection`, {
    details: { maxCalls },
  })
}
