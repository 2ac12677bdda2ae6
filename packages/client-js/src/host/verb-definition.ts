import type { z } from 'zod'
import type {
  AccessKeeper,
  AdaptivePolicy,
  Agent,
  AgentId,
  AuditLog,
  DelegationCid,
  Did,
  DidLogKeeper,
  EmbeddingCatalog,
  ModelCatalog,
  NodeInfo,
  PeerDirectory,
  PrincipalDid,
  ResourceScope,
  RunRecorder,
  StreamVerb,
  ThreadStore,
  Tool,
  UnaryVerb,
  UnsignedEnvelope,
  UsagePlace,
  UsagePolicies,
  Verb,
  VerbEvent,
  VerbParams,
  VerbResult,
} from '../contracts/index.ts'
import type { PairingMailbox } from './pairing-mailbox.ts'
import type { Runs } from './runs.ts'
import type { WorkSlots } from './work-slots.ts'

/** What verbs work with. */
export interface VerbServices {
  describe(): NodeInfo
  agents: ReadonlyMap<AgentId, Agent>
  tools: ReadonlyMap<string, Tool>
  threads: ThreadStore
  models: ModelCatalog
  embeddings: EmbeddingCatalog | undefined
  peers: PeerDirectory | undefined
  access: AccessKeeper | undefined
  audit: AuditLog | undefined
  recorder: RunRecorder | undefined
  usage: UsagePolicies
  pairing: PairingMailbox
  didLogs: DidLogKeeper | undefined
  /** By name. */
  adaptation: ReadonlyMap<string, AdaptivePolicy>
  runs: Runs
  slots: WorkSlots
}

/** One admitted request. */
export interface VerbCall<V extends Verb> {
  /** Who asks. */
  issuer: Did
  /** Whose data is meant: the issuer's own, or that of whoever allowed it. */
  subject: PrincipalDid
  /** What let the issuer ask. */
  delegations: readonly DelegationCid[]
  params: VerbParams<V>
  envelope: UnsignedEnvelope<V>
  /** Where this node is, seen from who asks. */
  place: UsagePlace
  services: VerbServices
  /**
   * Aborts when the node stops; for a single answer and `endsAtDeadline` at the deadline; for a stream when its
   * reader leaves.
   */
  signal: AbortSignal
  /** Where the reader is in a stream: the last event it saw, 0 for none. */
  offset: number
  /** Of a mutation: names what it creates; the same when it is repeated after a crash. */
  stableId: string
  isRepeat: boolean
}

export interface UnaryVerbDefinition<V extends UnaryVerb> {
  kind: 'unary'
  scope: ResourceScope
  params: z.ZodType
  /**
   * `read`: nothing changes. `repeatable`: a second time changes nothing more. `once`: must not be repeated unless
   * nothing happened.
   */
  effect: 'read' | 'repeatable' | 'once'
  execute(call: VerbCall<V>): Promise<VerbResult<V>> | VerbResult<V>
}

export interface StreamVerbDefinition<V extends StreamVerb> {
  kind: 'stream'
  scope: ResourceScope
  params: z.ZodType
  /** `read`: nothing changes. `repeatable`: it starts something, once per idempotency key. */
  effect: 'read' | 'repeatable'
  /** The stream is the work; a run's is only a view of it, and the run minds its own deadline. */
  endsAtDeadline: boolean
  open(call: VerbCall<V>): AsyncIterable<VerbEvent<V>>
}

export type VerbDefinition<V extends Verb> = V extends UnaryVerb
  ? UnaryVerbDefinition<V>
  : V extends StreamVerb
    ? StreamVerbDefinition<V>
    : never

export type VerbTable = { [V in Verb]: VerbDefinition<V> }
