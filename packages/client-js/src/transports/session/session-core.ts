import { LumosError } from '../../contracts/index.ts'
import { toLumosError } from '../../core/index.ts'
import { decodeError, encodeError } from './error-payload.ts'
import type { Frame } from './frame.ts'
import { FrameDecoder } from './frame-decoder.ts'
import { FrameWriter } from './frame-writer.ts'
import type { Medium } from './medium.ts'
import { defaultSessionLimits, type SessionLimits } from './session-limits.ts'

/** The call id of frames about the session itself. */
export const sessionCall = 0

export interface SessionOptions {
  limits?: Partial<SessionLimits>
  /** Called once, when the session can be used no more. `error` is absent when we closed it. */
  onEnd?: (error?: LumosError) => void
}

export interface SessionCoreOptions<Call> extends SessionOptions {
  medium: Medium
  /** Throwing ends the session. */
  onFrame(frame: Frame): void
  /** A frame about the session itself, other than an error. Throwing ends the session. @default none is allowed */
  onSessionFrame?: ((frame: Frame) => void) | undefined
  /** Called for each call under way when the session ends, for the same reason as `onEnd`. */
  endCall(call: Call, error?: LumosError): void
}

/** What both ends of a session share: calls, frames over a medium, and one end for all reasons to end. */
export class SessionCore<Call> {
  readonly limits: SessionLimits
  readonly writer: FrameWriter
  /** Those under way, by id. */
  readonly calls = new Map<number, Call>()
  readonly #options: SessionCoreOptions<Call>
  readonly #decoder: FrameDecoder
  #isOpen = true

  constructor(options: SessionCoreOptions<Call>) {
    this.#options = options
    this.limits = { ...defaultSessionLimits, ...options.limits }
    this.#decoder = new FrameDecoder(this.limits.maxFrameBytes)
    this.writer = new FrameWriter(options.medium, this.limits, error => this.#end(error, error))
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  open(): void {
    this.#options.medium.open({
      onChunk: chunk => this.#receive(chunk),
      onDrain: () => this.writer.drain(),
      onClose: cause => this.#end(connectionLost(cause), cause),
    })
  }

  /** Sends what is queued and closes. Idempotent. */
  close(): void {
    this.#end(undefined, undefined)
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isOpen) return
    try {
      for (const frame of this.#decoder.push(chunk)) {
        if (!this.#isOpen) return
        if (frame.call === sessionCall) this.#receiveOfSession(frame)
        else this.#options.onFrame(frame)
      }
    } catch (thrown) {
      this.#fail(toLumosError(thrown, 'internal'))
    }
  }

  #receiveOfSession(frame: Frame): void {
    const { onSessionFrame } = this.#options
    if (frame.kind === 'error' || onSessionFrame === undefined) throw leftByPeer(frame)
    onSessionFrame(frame)
  }

  /** Tells the other end why, as far as it still listens. */
  #fail(error: LumosError): void {
    if (!this.#isOpen) return
    if (error.code !== 'connection-lost') this.writer.send('error', sessionCall, encodeError(error))
    this.#end(error, undefined)
  }

  #end(error: LumosError | undefined, cause: Error | undefined): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.writer.close(cause)
    const calls = [...this.calls.values()]
    this.calls.clear()
    for (const call of calls) this.#options.endCall(call, error)
    this.#options.onEnd?.(error)
  }
}

function connectionLost(cause: Error | undefined): LumosError {
  return new LumosError('connection-lost', 'The connection to the node broke', { cause })
}

/** An error about the session itself ends it. */
function leftByPeer(frame: Frame): LumosError {
  if (frame.kind !== 'error')
    return new LumosError('malformed-frame', `The peer sent call 0 in a ${frame.kind}`)
  const cause = decodeError(frame.payload)
  return new LumosError('connection-lost', `The node ended the connection: ${cause.message}`, { cause })
}
