import { LumosError } from '../../contracts/index.ts'
import { encodeError } from './error-payload.ts'
import { decodeCredit, type Frame } from './frame.ts'
import { type AnswerRequest, IncomingCall } from './incoming-call.ts'
import type { Medium } from './medium.ts'
import { SessionCore, type SessionOptions } from './session-core.ts'

/** The end of a session that was dialled and answers. Whatever the peer sends, only this session can end of it. */
export class AnsweringSession {
  readonly #core: SessionCore<IncomingCall>
  readonly #answerRequest: AnswerRequest
  /** Includes calls whose reader left, until their handler returned: leaving early buys nobody more calls. */
  #callsUnderWay = 0
  #lastCall = 0

  constructor(medium: Medium, answerRequest: AnswerRequest, options: SessionOptions = {}) {
    this.#answerRequest = answerRequest
    this.#core = new SessionCore({
      ...options,
      medium,
      onFrame: frame => this.#receive(frame),
      endCall: (call, error) => call.cancel(error ?? readerLeft()),
    })
    this.#core.open()
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
      this.#begin(frame)
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

  #begin({ call: id, payload }: Frame): void {
    if (id <= this.#lastCall) throw new LumosError('malformed-frame', `The peer used call id ${id} again`)
    this.#lastCall = id
    if (this.#callsUnderWay >= this.#core.limits.maxCalls) {
      this.#core.writer.send('error', id, encodeError(tooManyCalls(this.#core.limits.maxCalls)))
      return
    }
    const call = new IncomingCall(id, this.#core.writer)
    this.#core.calls.set(id, call)
    this.#callsUnderWay += 1
    void call.answer(payload, this.#answerRequest).then(() => {
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
