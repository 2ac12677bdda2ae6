import type { AbortOptions } from './abort-options.ts'
import type { Did, PrincipalDid } from './ids.ts'

/** Histories of people with several devices, as a node knows them. @see spec/did-lumos.md */
export interface DidLogKeeper {
  /** The operations, oldest first; undefined for a DID that is not known here. */
  log(did: PrincipalDid, options?: AbortOptions): Promise<readonly object[] | undefined>
  /**
   * Takes in a log, or a longer one. Resolves to what is known afterwards.
   *
   * @param options.by - must be named in the log
   * @throws {LumosError} `forbidden`; `conflict` for a branch that loses or comes too late; `invalid-request`,
   *   `too-large`, `invalid-proof` for a log that does not hold
   */
  offer(log: unknown, options?: AbortOptions & { by?: Did }): Promise<{ did: PrincipalDid; head: string }>
}
