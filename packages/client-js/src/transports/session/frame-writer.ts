import { LumosError } from '../../contracts/index.ts'
import { encodeFrame, type FrameKind } from './frame.ts'
import type { Medium } from './medium.ts'
import type { SessionLimits } from './session-limits.ts'

/** Enough frames for one write: larger ones gain nothing. */
const batchBytes = 65_536

/**
 * A write waits while frames follow each other within this many turns of the microtask queue, which is what a
 * handler with ready events takes. Waiting costs less than a microsecond; a write of its own for each frame ten.
 */
const idleTurns = 16

/** Sends frames in order, several ready ones in one write, and tells when the medium is full. */
export class FrameWriter {
  readonly #medium: Medium
  readonly #limits: SessionLimits
  readonly #onOverflow: (error: LumosError) => void
  #frames: Uint8Array[] = []
  #queuedBytes = 0
  #isMediumFull = false
  #isScheduled = false
  #turnsLeft = 0
  #bytesLastTurn = 0
  #waiting: (() => void)[] = []

  constructor(medium: Medium, limits: SessionLimits, onOverflow: (error: LumosError) => void) {
    this.#medium = medium
    this.#limits = limits
    this.#onOverflow = onOverflow
  }

  get queuedBytes(): number {
    return this.#queuedBytes
  }

  get isFull(): boolean {
    return this.#isMediumFull || this.#queuedBytes >= batchBytes
  }

  /** @throws {LumosError} `too-large` */
  send(kind: FrameKind, call: number, payload?: Uint8Array): void {
    const frame = encodeFrame(kind, call, payload)
    const maxBytes = this.#limits.maxFrameBytes
    if (frame.byteLength > maxBytes) {
      throw new LumosError(
        'too-large',
        `A ${kind} of ${frame.byteLength} bytes is over the limit of ${maxBytes}`,
        {
          details: { maxBytes },
        },
      )
    }
    this.#frames.push(frame)
    this.#queuedBytes += frame.byteLength
    if (this.#queuedBytes > this.#limits.maxQueuedBytes) {
      this.#onOverflow(new LumosError('connection-lost', 'The peer stopped reading'))
    } else if (!this.#isMediumFull && !this.#isScheduled) {
      this.#isScheduled = true
      this.#turnsLeft = idleTurns
      queueMicrotask(this.#tick)
    }
  }

  /** Resolves when more may be written. */
  whenWritable(): Promise<void> {
    return this.isFull ? new Promise(resolve => this.#waiting.push(resolve)) : Promise.resolve()
  }

  drain(): void {
    this.#isMediumFull = false
    if (!this.#isScheduled) this.#flush()
  }

  /** Sends what is queued, then closes the medium; with a `cause`, throws the queue away. */
  close(cause?: Error): void {
    if (cause === undefined) this.#flush()
    this.#frames = []
    this.#queuedBytes = 0
    this.#medium.close(cause)
    this.#wake()
  }

  readonly #tick = (): void => {
    this.#turnsLeft = this.#queuedBytes === this.#bytesLastTurn ? this.#turnsLeft - 1 : idleTurns
    this.#bytesLastTurn = this.#queuedBytes
    if (this.#turnsLeft > 0 && this.#queuedBytes < batchBytes) {
      queueMicrotask(this.#tick)
    } else {
      this.#isScheduled = false
      this.#flush()
    }
  }

  #flush(): void {
    if (this.#frames.length > 0) {
      const batch = this.#takeBatch()
      this.#isMediumFull = !this.#medium.write(batch)
    }
    if (!this.#isMediumFull) this.#wake()
  }

  #takeBatch(): Uint8Array {
    const frames = this.#frames
    const byteLength = this.#queuedBytes
    this.#frames = []
    this.#queuedBytes = 0
    const [first] = frames
    if (first !== undefined && frames.length === 1) return first
    const batch = new Uint8Array(byteLength)
    let offset = 0
    for (const frame of frames) {
      batch.set(frame, offset)
      offset += frame.byteLength
    }
    return batch
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
