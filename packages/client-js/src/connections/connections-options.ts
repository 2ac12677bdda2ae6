import type {
  Clock,
  Credentials,
  Identity,
  NodeId,
  Place,
  Transport,
  TransportKind,
} from '../contracts/index.ts'
import type { BackoffOptions } from './backoff.ts'
import type { PlaceChoice } from './place-choice.ts'

/** What to present to a node; nothing is fine. */
export type CredentialsProvider = (
  nodeId: NodeId,
) => Credentials | undefined | Promise<Credentials | undefined>

export interface ConnectionsOptions {
  /** Places of one kind in the order of preference. */
  places: readonly Place[]
  /** The first that can dial an address does. */
  transports: readonly Transport[]
  /** Asked when the first request is signed. */
  identity: () => Promise<Identity>
  /** Asked for each request. */
  credentials?: CredentialsProvider | undefined
  clock: Clock
  /** Uniform in [0, 1). */
  random: () => number
  /** @default 'auto' */
  place?: PlaceChoice | undefined
  /** How long a request may take, waiting included, unless it says otherwise. @default 120,000 */
  timeoutMs?: number | undefined
  /** How long a run's place may be away before the run starts again elsewhere. @default 10,000 */
  resumeTimeoutMs?: number | undefined
  /** @default 10,000 */
  dialTimeoutMs?: number | undefined
  /** How many requests may wait while no place answers. @default 100 */
  maxWaiting?: number | undefined
  backoff?: BackoffOptions | undefined
  /** Tells when the machine's network comes and goes; returns how to stop. @default nobody tells */
  watchNetwork?: ((listener: (isOnline: boolean) => void) => () => void) | undefined
}

/** One place as a person may see it. */
export interface ConnectionInfo {
  place: Place
  /** Whether it can take a request without dialling. */
  isOpen: boolean
  /** Absent until it was reached. */
  nodeId?: NodeId
  transport?: TransportKind
  /** Round trip of the last short call. */
  latencyMs?: number
}
