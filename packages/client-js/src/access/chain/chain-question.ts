import type { Command, DelegationCid, Did, PrincipalDid } from '../../contracts/index.ts'
import type { Delegation } from '../ucan/index.ts'

/** May `requester` do `command` with what is `subject`'s? */
export interface ChainQuestion {
  requester: Did
  subject: PrincipalDid
  command: Command
  /** What conditions are asked about. */
  params: unknown
  /** Any order; more than are needed, for other subjects too. */
  candidates: readonly Delegation[]
  /** Milliseconds since 1970, UTC. */
  now: number
}

/** From the subject to the requester. */
export type Chain = readonly Delegation[]

/** Why a delegation that seemed meant for the requester does not help. */
export type ChainObstacle =
  | 'condition'
  | 'expired'
  | 'not-yet-valid'
  | 'revoked'
  | 'signature'
  /** What the issuer was given itself is not there, or does not go so far. */
  | 'not-rooted'

export interface ChainRefusal {
  obstacles: ReadonlyMap<DelegationCid, ChainObstacle>
  /** Whether a chain was there whose revocations are not known freshly enough. */
  isStale: boolean
}
