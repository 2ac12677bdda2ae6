import type { AbortOptions } from './abort-options.ts'
import type { RequestHandler } from './transport.ts'

/** Answers requests for the agents, threads, tools and models of one node. */
export interface Host extends RequestHandler {
  /** Continues the runs that an earlier process left unfinished. Idempotent. */
  start(options?: AbortOptions): Promise<void>
  /**
   * Refuses new requests, gives running answers `graceMs` to finish, then suspends them: their journal stays and
   * the next `start()` goes on from the last finished step. Idempotent.
   *
   * @param options.graceMs - @default 5000
   */
  stop(options?: { graceMs?: number }): Promise<void>
}
