import type { Medium, MediumReceiver } from '../../../src/transports/session/index.ts'

export interface MediumPairOptions {
  /** Where to cut what one end writes. @default nowhere */
  cut?: (chunk: Uint8Array) => Uint8Array[]
  /** Undelivered bytes from which on a write returns false. @default never */
  highWaterBytes?: number
}

/** One end of an in-memory pipe that delivers on microtasks, with the faults a test wants. */
export class MemoryMedium implements Medium {
  peer!: MemoryMedium
  /** Every chunk this end wrote, before cutting. */
  readonly written: Uint8Array[] = []
  closedWith: { cause: Error | undefined } | undefined
  #receiver: MediumReceiver | undefined
  #undelivered: Uint8Array[] = []
  #isHeld = false
  readonly #options: MediumPairOptions

  constructor(options: MediumPairOptions) {
    this.#options = options
  }

  open(receiver: MediumReceiver): void {
    this.#receiver = receiver
  }

  write(chunk: Uint8Array): boolean {
    if (this.closedWith !== undefined) return false
    this.written.push(chunk)
    this.#undelivered.push(...(this.#options.cut?.(chunk) ?? [chunk]))
    queueMicrotask(() => this.#deliver())
    return this.undeliveredBytes < (this.#options.highWaterBytes ?? Number.POSITIVE_INFINITY)
  }

  close(cause?: Error): void {
    if (this.closedWith !== undefined) return
    this.closedWith = { cause }
    if (cause !== undefined) this.#undelivered = []
    queueMicrotask(() => this.#deliver())
  }

  /** Stops delivering what this end writes, as if the other end did not read. */
  hold(): void {
    this.#isHeld = true
  }

  release(): void {
    this.#isHeld = false
    this.#deliver()
  }

  /** The medium breaks under both ends. */
  break(cause: Error): void {
    for (const end of [this, this.peer]) {
      if (end.closedWith !== undefined) continue
      end.closedWith = { cause }
      end.#receiver?.onClose(cause)
    }
  }

  get undeliveredBytes(): number {
    return this.#undelivered.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  }

  #deliver(): void {
    if (this.#isHeld) return
    const hadSome = this.#undelivered.length > 0
    for (let chunk = this.#undelivered.shift(); chunk; chunk = this.#undelivered.shift()) {
      if (this.peer.closedWith === undefined) this.peer.#receiver?.onChunk(chunk)
    }
    if (this.closedWith === undefined) {
      if (hadSome) this.#receiver?.onDrain()
    } else if (this.peer.closedWith === undefined) {
      this.peer.closedWith = { cause: undefined }
      this.peer.#receiver?.onClose()
    }
  }
}

export function createMediumPair(options: MediumPairOptions = {}): [MemoryMedium, MemoryMedium] {
  const left = new MemoryMedium(options)
  const right = new MemoryMedium(options)
  left.peer = right
  right.peer = left
  return [left, right]
}
