import type { LumosError } from '../../contracts/index.ts'
import { encodeError } from './error-payload.ts'
import type { FrameWriter } from './frame-writer.ts'
import { eventCost, initialCreditBytes } from './session-limits.ts'

/** Answers one request with the bytes of its events. Aborting the signal means: nobody reads on. */
export type AnswerRequest = (
  payload: Uint8Array,
  options: { signal: AbortSignal },
) => AsyncIterable<Uint8Array>

/** The answering end of one call: sends events as fast as the reader's credit and the medium allow. */
export class IncomingCall {
  readonly #id: number
  readonly #writer: FrameWriter
  readonly #reading = new AbortController()
  #creditBytes = initialCreditBytes
  #onCredit: (() => void) | undefined

  constructor(id: number, writer: FrameWriter) {
    this.#id = id
    this.#writer = writer
  }

  /** Resolves when the answer is sent or nobody reads on. Never rejects. */
  async answer(payload: Uint8Array, answerRequest: AnswerRequest): Promise<void> {
    const { signal } = this.#reading
    try {
      for await (const event of answerRequest(payload, { signal })) {
        // Many calls may wake at once. Each looks again, so that they fill the medium one after another.
        while (!this.#maySend && !signal.aborted) await this.#change()
        if (signal.aborted) return
        this.#writer.send('event', this.#id, event)
        this.#creditBytes -= eventCost(event)
      }
      if (!signal.aborted) this.#writer.send('end', this.#id)
    } catch (error) {
      if (!signal.aborted) this.#writer.send('error', this.#id, encodeError(error))
    }
  }

  /** Takes a `credit` frame. False when the total is absurd. */
  grant(creditBytes: number): boolean {
    this.#creditBytes += creditBytes
    if (this.#creditBytes > Number.MAX_SAFE_INTEGER) return false
    this.#onCredit?.()
    return true
  }

  /** The reader left, or the session ended. */
  cancel(reason: LumosError): void {
    this.#reading.abort(reason)
    this.#onCredit?.()
  }

  get #maySend(): boolean {
    return this.#creditBytes > 0 && !this.#writer.isFull
  }

  #change(): Promise<void> {
    if (this.#creditBytes > 0) return this.#writer.whenWritable()
    return new Promise<void>(resolve => (this.#onCredit = resolve))
  }
}
