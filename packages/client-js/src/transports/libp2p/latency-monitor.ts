import type { Connection } from '@libp2p/interface'
import type { Clock } from '../../contracts/index.ts'
import { deadlineSignal } from '../../core/index.ts'
import { measureLatency } from './measure-latency.ts'

/** A peer that takes longer to answer a ping is gone. */
const pingTimeoutMs = 10_000

export interface LatencyMonitorOptions {
  clock: Clock
  intervalMs: number
  connections(): Connection[]
  onLatency(connection: Connection, latencyMs: number): void
}

/** Measures connections now and then, and aborts those that do not answer. */
export class LatencyMonitor {
  readonly #options: LatencyMonitorOptions
  readonly #underWay = new Set<Connection>()
  #cancelTimer: (() => void) | undefined

  constructor(options: LatencyMonitorOptions) {
    this.#options = options
  }

  start(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = this.#options.clock.setTimer(this.#options.intervalMs, () => {
      for (const connection of this.#options.connections()) this.measure(connection)
      this.start()
    })
  }

  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  /** Measures once, in the background; does nothing while an earlier measurement is under way. */
  measure(connection: Connection): void {
    if (this.#underWay.has(connection)) return
    this.#underWay.add(connection)
    void this.#measure(connection).finally(() => this.#underWay.delete(connection))
  }

  async #measure(connection: Connection): Promise<void> {
    const { clock, onLatency } = this.#options
    using deadline = deadlineSignal(clock, clock.now() + pingTimeoutMs)
    try {
      const latencyMs = await measureLatency(connection, clock, deadline.signal)
      if (latencyMs !== undefined) onLatency(connection, latencyMs)
    } catch (error) {
      if (connection.status === 'open') connection.abort(error as Error)
    }
  }
}
