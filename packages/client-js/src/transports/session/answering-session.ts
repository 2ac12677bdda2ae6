import { LumosError } from '../../contracts/index.ts'
import { encodeError } from './error-payload.ts'
import { decodeCredit, type Frame } from './frame.ts'
import { type AnswerRequest, IncomingCall } from './incoming-call.ts'
import type { Medium } from './medium.ts'
import { SessionCore } from './session-core.ts'
import { defaultSessionLimits, type SessionLimits } from './session-limits.ts'

export interface AnsweringSessionOptions {
  limits?: Partial<SessionLimits>
  /** Called once, when nothing more can be asked. `error` is absent when we closed the session. */
  onEnd?: (error?: LumosError) => void
}

/** The end of a session that was dialled and answers. Whatever the peer sends, only this session can end of it. */
export class AnsweringSession {
  readonly #core: SessionCore
  readonly #limits: SessionLimits
  readonly #answerRequest: AnswerRequest
  readonly #onEnd: ((error?: LumosError) => void) | undefined
  readonly #calls = new Map<number, IncomingCall>()
  /** Includes calls whose reader left, until their handler returned: leaving early buys nobody more calls. */
  #callsUnderWay = 0
  #lastCall = 0

  constructor(medium: Medium, answerRequest: AnswerRequest, options: AnsweringSessionOptions = {}) {
    this.#limits = { ...defaultSessionLimits, ...options.limits }
    this.#answerRequest = answerRequest
    this.#onEnd = options.onEnd
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

  /** Idempotent. Readers of calls under way see `connection-lost`. */
  close(): void {
    this.#core.close()
  }

  #receive(frame: Frame): void {
    const { kind, call: id, payload } = frame
    if (kind === 'request') {
      this.#begin(frame)
    } else if (kind === 'cancel' && payload.byteLength === 0) {
      this.#calls.get(id)?.cancel(readerLeft())
      this.#calls.delete(id)
    } else if (kind !== 'credit' || !this.#grant(id, decodeCredit(payload))) {
      throw new LumosError('malformed-frame', `The peer sent a frame (${kind}) that is not allowed here`)
    }
  }

  /** False when the credit adds up to more than anybody can use. A call that is over needs none. */
  #grant(id: number, creditBytes: number): boolean {
    return this.#calls.get(id)?.grant(creditBytes) ?? true
  }

  #begin({ call: id, payload }: Frame): void {
    if (id <= this.#lastCall) throw new LumosError('malformed-frame', `The peer used call id ${id} again`)
    this.#lastCall = id
    if (this.#callsUnderWay >= this.#limits.maxCalls) {
      this.#core.writer.send('error', id, encodeError(tooManyCalls(this.#limits.maxCalls)))
      return
    }
    const call = new IncomingCall(id, this.#core.writer)
    this.#calls.set(id, call)
    this.#callsUnderWay += 1
    void call.answer(payload, this.#answerRequest).then(() => {
      this.#callsUnderWay -= 1
      this.#calls.delete(id)
    })
  }

  #end(error: LumosError | undefined): void {
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    for (const call of calls) call.cancel(error ?? readerLeft())
    this.#onEnd?.(error)
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
