import type { LumosError } from '../../contracts/index.ts'
import { eventCost, initialCreditBytes } from './session-limits.ts'

/** How a call ended for its reader. */
export type Outcome = { type: 'ended' } | { type: 'failed'; error: unknown }

/** What a session gives a call to read. */
export interface CallReader {
  /** Takes an `event` frame. False when the other end sent more than its credit allows. */
  receive(payload: Uint8Array): boolean
  /** Takes an `error` frame. Of a proof that is not taken it makes a signature. */
  fail(error: LumosError): void
  /** Takes an `end` frame. */
  complete(): void
  /** Nothing more comes. Events already here are still read. */
  settle(outcome: Outcome): void
}

/** What an {@link OutgoingCall} needs of its session. */
export interface OutgoingCallPort {
  /** The id of the call that is begun next. */
  nextId(): number
  /** Sends the request; the call's id. Throws when the session has ended or the request is too large. */
  begin(kind: 'request' | 'proven', payload: Uint8Array, call: CallReader): number
  credit(id: number, creditBytes: number): void
  /** Tells the other end that nobody reads on. */
  cancel(id: number): void
}

export interface OutgoingCallOptions<Event> {
  /** The signed request. Called at the first pull, unless `prove` gives something. */
  encode(): Uint8Array | Promise<Uint8Array>
  /** The request proven by a key of the session as call `id`; undefined when it has to be signed. */
  prove?: ((id: number) => Uint8Array | undefined) | undefined
  /** Called when the other end does not take what `prove` gave. Then `encode` is. */
  onUnproven?: (() => void) | undefined
  /** Undefined for an event to pass over. A throw fails the call. */
  decode(payload: Uint8Array): Event | undefined
  /** Called when the other end says that it sent everything. A throw fails the call. */
  checkComplete?(): void
  /** Any of them stops the reading, with its reason. */
  signals?: readonly AbortSignal[]
}

/** The reading end of one call: an iterator that starts at its first pull and queues within its credit. */
export class OutgoingCall<Event> implements AsyncIterableIterator<Event, undefined>, CallReader {
  readonly #port: OutgoingCallPort
  readonly #options: OutgoingCallOptions<Event>
  readonly #signals: readonly AbortSignal[]
  #id: number | undefined
  #isStarted = false
  /** By a key of the session, and nothing came back yet. */
  #isProven = false
  #queue: { event: Event; cost: number }[] = []
  #readers: PromiseWithResolvers<IteratorResult<Event, undefined>>[] = []
  #outcome: Outcome | undefined
  /** What the other end may still send before we grant more. */
  #creditBytes = initialCreditBytes
  #consumedBytes = 0

  constructor(port: OutgoingCallPort, options: OutgoingCallOptions<Event>) {
    this.#port = port
    this.#options = options
    this.#signals = options.signals ?? []
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    if (!this.#isStarted && this.#outcome === undefined) this.#start()
    else if (this.#hasMore && this.#signals.some(({ aborted }) => aborted)) this.#onAbort()
    const queued = this.#queue.shift()
    if (queued !== undefined) {
      this.#consume(queued.cost)
      return Promise.resolve({ done: false, value: queued.event })
    }
    const outcome = this.#outcome
    if (outcome?.type === 'failed') {
      this.#outcome = { type: 'ended' }
      return Promise.reject(outcome.error)
    }
    if (outcome?.type === 'ended') return Promise.resolve({ done: true, value: undefined })
    const reader = Promise.withResolvers<IteratorResult<Event, undefined>>()
    this.#readers.push(reader)
    return reader.promise
  }

  return(): Promise<IteratorResult<Event, undefined>> {
    this.#queue = []
    this.#leave({ type: 'ended' })
    return Promise.resolve({ done: true, value: undefined })
  }

  receive(payload: Uint8Array): boolean {
    if (this.#creditBytes <= 0) return false
    this.#isProven = false
    const cost = eventCost(payload)
    this.#creditBytes -= cost
    try {
      const event = this.#options.decode(payload)
      if (event === undefined) this.#consume(cost)
      else this.#give(event, cost)
    } catch (error) {
      this.#leave({ type: 'failed', error })
    }
    return true
  }

  fail(error: LumosError): void {
    if (!this.#isProven || error.code !== 'invalid-proof' || this.#outcome !== undefined) {
      this.settle({ type: 'failed', error })
      return
    }
    this.#isProven = false
    this.#options.onUnproven?.()
    this.#sendSigned()
  }

  complete(): void {
    try {
      this.#options.checkComplete?.()
      this.settle({ type: 'ended' })
    } catch (error) {
      this.settle({ type: 'failed', error })
    }
  }

  settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#onAbort)
    const [first, ...others] = this.#readers
    this.#readers = []
    if (first === undefined) return
    if (outcome.type === 'failed') {
      this.#outcome = { type: 'ended' }
      first.reject(outcome.error)
    } else {
      first.resolve({ done: true, value: undefined })
    }
    for (const reader of others) reader.resolve({ done: true, value: undefined })
  }

  get #hasMore(): boolean {
    return this.#outcome?.type !== 'ended' || this.#queue.length > 0
  }

  #start(): void {
    this.#isStarted = true
    try {
      for (const signal of this.#signals) signal.throwIfAborted()
      for (const signal of this.#signals) signal.addEventListener('abort', this.#onAbort, { once: true })
      const proven = this.#options.prove?.(this.#port.nextId())
      this.#isProven = proven !== undefined
      if (proven === undefined) this.#sendSigned()
      else this.#id = this.#port.begin('proven', proven, this)
    } catch (error) {
      this.settle({ type: 'failed', error })
    }
  }

  #sendSigned(): void {
    const fail = (error: unknown) => this.settle({ type: 'failed', error })
    const send = (payload: Uint8Array) => {
      // Its reader left while it was being signed.
      if (this.#outcome !== undefined) return
      try {
        this.#id = this.#port.begin('request', payload, this)
      } catch (error) {
        fail(error)
      }
    }
    try {
      const payload = this.#options.encode()
      if (payload instanceof Promise) payload.then(send, fail)
      else send(payload)
    } catch (error) {
      fail(error)
    }
  }

  #give(event: Event, cost: number): void {
    const reader = this.#readers.shift()
    if (reader === undefined) {
      this.#queue.push({ event, cost })
    } else {
      this.#consume(cost)
      reader.resolve({ done: false, value: event })
    }
  }

  readonly #onAbort = (): void => {
    this.#queue = []
    if (this.#outcome?.type === 'ended') this.#outcome = undefined
    this.#leave({ type: 'failed', error: this.#signals.find(({ aborted }) => aborted)?.reason })
  }

  /** Stops reading and, where more could come, tells the other end. */
  #leave(outcome: Outcome): void {
    this.settle(outcome)
    if (this.#id !== undefined) this.#port.cancel(this.#id)
  }

  #consume(cost: number): void {
    this.#consumedBytes += cost
    if (this.#consumedBytes < initialCreditBytes / 2) return
    if (this.#outcome !== undefined || this.#id === undefined) return
    this.#creditBytes += this.#consumedBytes
    this.#port.credit(this.#id, this.#consumedBytes)
    this.#consumedBytes = 0
  }
}
