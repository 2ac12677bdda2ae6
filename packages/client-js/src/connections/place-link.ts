import {
  type Clock,
  type Connection,
  isLumosError,
  LumosError,
  type Place,
  type Transport,
} from '../contracts/index.ts'
import { deadlineSignal, linkedAbort, raceSignal, toLumosError } from '../core/index.ts'
import type { BackoffOptions } from './backoff.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { failureKind } from './failure-kind.ts'

export interface PlaceLinkOptions {
  clock: Clock
  /** Uniform in [0, 1). */
  random: () => number
  dialTimeoutMs: number
  backoff?: BackoffOptions | undefined
  onOpened(link: PlaceLink, connection: Connection): void
  onClosed(link: PlaceLink, connection: Connection, cause?: Error): void
  /** The place fares better or worse than before. */
  onChanged(): void
}

/** A connection, and the state of the place when it was taken. */
export interface Lease {
  connection: Connection
  generation: number
}

/** The way to one place: dialled on first use, once for all who ask, and spared while it fails. */
export class PlaceLink {
  readonly place: Place
  readonly #transport: Transport
  readonly #options: PlaceLinkOptions
  readonly #breaker: CircuitBreaker
  readonly #stopping = new AbortController()
  #connection: Connection | undefined
  #dialling: Promise<Connection> | undefined
  // Requests that fail together report one failure of the place, not many.
  #generation = 0
  #latencyMs: number | undefined
  #timeOffsetMs = 0

  constructor(place: Place, transport: Transport, options: PlaceLinkOptions) {
    this.place = place
    this.#transport = transport
    this.#options = options
    this.#breaker = new CircuitBreaker(options)
  }

  get connection(): Connection | undefined {
    return this.#connection
  }

  /** A request may go there now. */
  get canTry(): boolean {
    return this.#breaker.state !== 'open'
  }

  /** It failed, and has not answered since. */
  get isDown(): boolean {
    return this.#breaker.isTripped
  }

  /** Milliseconds since 1970: when it may be tried again. */
  get retryAt(): number {
    return this.#breaker.retryAt
  }

  /** The last measured round trip. */
  get latencyMs(): number | undefined {
    return this.#latencyMs
  }

  /** How far the node's clock is ahead of ours, as far as it told. */
  get timeOffsetMs(): number {
    return this.#timeOffsetMs
  }

  /** True when `error` is a refusal for the time we signed at, and told what the node's time is. */
  learnTime(error: unknown): boolean {
    if (!isLumosError(error)) return false
    const isOfTime = error.code === 'invalid-proof' || error.code === 'replayed-request'
    const now = error.details?.now
    if (!isOfTime || typeof now !== 'number') return false
    this.#timeOffsetMs = Math.trunc(now - this.#options.clock.now())
    return true
  }

  /** @throws {LumosError} `dial-failed`, `protocol-mismatch` */
  async acquire(signal: AbortSignal | undefined): Promise<Lease> {
    if (this.#connection?.isOpen === false) this.#forget(this.#connection)
    const connection = this.#connection ?? (await raceSignal(this.#dialOnce(), signal))
    return { connection, generation: this.#generation }
  }

  succeeded(latencyMs?: number): void {
    if (latencyMs !== undefined) this.#latencyMs = latencyMs
    const wasDown = this.isDown
    this.#breaker.succeed()
    if (wasDown) this.#options.onChanged()
  }

  failed(lease: Lease, error: LumosError): void {
    if (!lease.connection.isOpen) this.#forget(lease.connection, error)
    if (lease.generation !== this.#generation) return
    const retryAfterMs = error.details?.retryAfterMs
    if (typeof retryAfterMs === 'number') this.#breaker.hold(Math.min(Math.max(retryAfterMs, 0), 2 ** 31))
    else this.#fail({ isFirstFree: failureKind(error) === 'lost' })
  }

  /** The network came back: what failed before says nothing now. */
  retryNow(): void {
    this.#breaker.retryNow()
  }

  /** The network went away: do not wait for the medium to notice. */
  async sever(): Promise<void> {
    const connection = this.#connection
    this.#fail({ isFirstFree: false })
    if (connection === undefined) return
    this.#forget(connection, new LumosError('connection-lost', 'The network is gone.'))
    await connection.close()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new LumosError('dial-failed', 'The client was stopped.', { retryable: false }))
    const connection = this.#connection
    if (connection === undefined) return
    this.#forget(connection)
    await connection.close()
  }

  #fail(options: { isFirstFree: boolean }): void {
    this.#generation++
    this.#breaker.fail(options)
    this.#options.onChanged()
  }

  #dialOnce(): Promise<Connection> {
    this.#dialling ??= this.#dial().finally(() => {
      this.#dialling = undefined
    })
    return this.#dialling
  }

  async #dial(): Promise<Connection> {
    const { clock, dialTimeoutMs, onOpened } = this.#options
    using timeout = deadlineSignal(clock, clock.now() + dialTimeoutMs)
    using dialling = linkedAbort(this.#stopping.signal, timeout.signal)
    try {
      const connection = await this.#transport.dial(this.place.address, { signal: dialling.signal })
      this.#connection = connection
      onOpened(this, connection)
      return connection
    } catch (error) {
      const failure = timeout.signal.aborted
        ? new LumosError('dial-failed', `${this.place.address} did not answer in ${dialTimeoutMs} ms.`)
        : toLumosError(error, 'dial-failed')
      if (!this.#stopping.signal.aborted) this.#fail({ isFirstFree: false })
      throw failure
    }
  }

  #forget(connection: Connection, cause?: Error): void {
    if (connection !== this.#connection) return
    this.#connection = undefined
    this.#options.onClosed(this, connection, cause)
  }
}
