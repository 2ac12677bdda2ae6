import {
  type AccessKeeper,
  type AdaptivePolicy,
  type Agent,
  type AuditLog,
  type Authorizer,
  type Clock,
  type Command,
  type DataKeeper,
  type DidLogKeeper,
  type EmbeddingCatalog,
  type Identity,
  type ModelCatalog,
  type NodeInfo,
  type PeerDirectory,
  protocolVersion,
  type RunRecorder,
  type Store,
  type ThreadStore,
  type Tool,
  type UsagePolicies,
  type Verifier,
} from '../contracts/index.ts'
import {
  createSystemClock,
  defaultJsonLimits,
  defaultPublicCommands,
  peerIdFromDid,
  sdkVersion,
} from '../core/index.ts'
import { createVerifier } from '../identity/index.ts'
import { StoreUsagePolicies } from '../privacy/usage-policy/index.ts'
import type { RunServices } from './active-run.ts'
import { AuditTrail } from './audit-trail.ts'
import type { DescribedHost } from './described-host.ts'
import { Dispatcher } from './dispatcher.ts'
import { EarlyIssuers } from './early-issuers.ts'
import { Gate } from './gate.ts'
import { IdempotencyLedger } from './idempotency-ledger.ts'
import { NodeHost } from './node-host.ts'
import { PairingMailbox } from './pairing-mailbox.ts'
import { createPublicAuthorizer } from './public-authorizer.ts'
import { RateLimiter } from './rate-limiter.ts'
import { removeEndedData } from './remove-ended-data.ts'
import { ReplayGuard } from './replay-guard.ts'
import { Runs } from './runs.ts'
import { WorkSlots } from './work-slots.ts'

export interface HostLimits {
  /** Size of one request. @default 1 MiB */
  maxRequestBytes?: number
  /** How deep arrays and objects may nest in a request. @default 64 */
  maxRequestDepth?: number
  /** Requests of one issuer, in the long run. The node's own are not counted. @default 50 */
  requestsPerSecond?: number
  /** Requests of one issuer at once. @default 200 */
  requestBurst?: number
  /** Runs and direct model uses of one issuer at the same time. @default 16 */
  maxConcurrentRuns?: number
  /** Envelopes remembered against replay, about two minutes' worth. @default 500,000 */
  maxRememberedRequests?: number
  /** Finished runs kept for reading again. @default 1000 */
  maxFinishedRuns?: number
}

export interface HostOptions {
  /** Who the node is. Only the DID is used: a host signs nothing. */
  identity: Pick<Identity, 'did'>
  agents?: readonly Agent[]
  tools?: readonly Tool[]
  threads: ThreadStore
  models: ModelCatalog
  /** Answers the verb `model.embed`. The giver stops it. @default it is unsupported */
  embeddings?: EmbeddingCatalog
  /** Keeps runs and idempotency keys. The giver stops it, after the host. */
  store: Store
  peers?: PeerDirectory
  /** @default checks Ed25519 did:keys */
  verifier?: Verifier
  /**
   * Takes requests that a key of their session proves, where the channel keeps it secret: libp2p. `false` wants
   * every request signed. Whatever else is asked of a request is asked of both. @default true
   */
  sessionProofs?: boolean
  /** @default {@link HostOptions.publicCommands} for everybody who can prove who they are, and nothing else */
  authorizer?: Authorizer
  /**
   * What needs no permission, where no `authorizer` is given.
   *
   * @default using agents, runs, threads, tools and models; see {@link defaultPublicCommands}
   */
  publicCommands?: readonly Command[]
  /** Answers the verbs `access.*` and `revocation.*`. @default they are unsupported */
  access?: AccessKeeper
  /**
   * Keeps what the door decided of each proven request, and answers the verbs `audit.*`. A change that cannot be
   * written down is refused. The giver stops it, after the host. @default nothing is kept
   */
  audit?: AuditLog
  /** Knows the devices of people, and answers the verbs `did.*`. @default they are unsupported */
  didLogs?: DidLogKeeper
  /** Signs histories of runs, for the verb `run.record`. @default it is unsupported */
  recorder?: RunRecorder
  /** Learn from feedback on runs; for the verbs `run.feedback` and `adaptation.*`. @default none */
  adaptation?: readonly AdaptivePolicy[]
  /** Says who may use which data for what. @default the policies kept in `store`, for keys, without groups */
  usage?: UsagePolicies
  /** Removes other data than threads once it has ended by its policy. */
  dataKeepers?: readonly DataKeeper[]
  /** @default the machine's clock */
  clock?: Clock
  limits?: HostLimits
  /** What the node says of itself. */
  describe?: { name?: string; version?: string; addresses?: () => string[] }
  /** Told of failures that are ours; requesters only learn that there was one. @default ignored */
  onError?: (error: unknown) => void
}

/**
 * The only door to the agents, threads, tools and models of a node, the same in a page, in Node and in the server.
 *
 * @see docs/architecture/run-lifecycle.md
 */
export function createHost(options: HostOptions): DescribedHost {
  const { identity, store, threads, models, limits = {} } = options
  const clock = options.clock ?? createSystemClock()
  const onError = options.onError ?? (() => {})
  const verifier = options.verifier ?? createVerifier()
  const usage = options.usage ?? new StoreUsagePolicies({ store, verifier, clock })
  const services: RunServices = { nodeId: identity.did, store, threads, usage, clock, onError }
  const agents = new Map((options.agents ?? []).map(agent => [agent.info.agentId, agent]))
  const ledger = new IdempotencyLedger(store, clock)
  const slots = new WorkSlots(limits.maxConcurrentRuns ?? 16)
  const runs = new Runs({ agents, services, ledger, slots })
  const early = new EarlyIssuers(store)
  const describe = () => describeNode(options)
  const dispatcher = new Dispatcher({
    ledger,
    clock,
    services: {
      describe,
      agents,
      tools: new Map((options.tools ?? []).map(tool => [tool.name, tool])),
      threads,
      models,
      embeddings: options.embeddings,
      peers: options.peers,
      access: options.access,
      audit: options.audit,
      recorder: options.recorder,
      usage,
      pairing: new PairingMailbox({ clock }),
      didLogs: options.didLogs,
      adaptation: new Map((options.adaptation ?? []).map(policy => [policy.name, policy])),
      runs,
      slots,
    },
  })
  const audit = options.audit && new AuditTrail({ log: options.audit, nodeId: identity.did, clock, onError })
  return new NodeHost({
    nodeId: identity.did,
    gate: createGate({ ...options, verifier }, { early, clock, audit }),
    audit,
    dispatcher,
    runs,
    ledger,
    early,
    store,
    clock,
    describe,
    onError,
    removeEnded: signal => removeEndedData({ usage, threads, keepers: options.dataKeepers ?? [] }, signal),
    maxFinishedRuns: limits.maxFinishedRuns ?? 1000,
    sessionVerifier: options.sessionProofs === false ? undefined : verifier,
  })
}

function createGate(
  options: HostOptions & { verifier: Verifier },
  { early, clock, audit }: { early: EarlyIssuers; clock: Clock; audit: AuditTrail | undefined },
): Gate {
  const { identity, limits = {}, publicCommands = defaultPublicCommands } = options
  return new Gate({
    nodeId: identity.did,
    verifier: options.verifier,
    authorizer: options.authorizer ?? createPublicAuthorizer({ nodeId: identity.did, publicCommands }),
    clock,
    audit,
    jsonLimits: {
      maxBytes: limits.maxRequestBytes ?? defaultJsonLimits.maxBytes,
      maxDepth: limits.maxRequestDepth ?? defaultJsonLimits.maxDepth,
    },
    replayGuard: new ReplayGuard({
      early,
      startedAt: clock.now(),
      maxSize: limits.maxRememberedRequests ?? 500_000,
    }),
    rateLimiter: new RateLimiter({
      perSecond: limits.requestsPerSecond ?? 50,
      burst: limits.requestBurst ?? 200,
    }),
  })
}

function describeNode({ identity, describe = {}, peers }: HostOptions): NodeInfo {
  const addresses = [...(describe.addresses?.() ?? []), ...(peers?.addresses() ?? [])]
  return {
    nodeId: identity.did,
    peerId: peerIdFromDid(identity.did),
    name: describe.name ?? 'Lumos node',
    protocol: protocolVersion,
    version: describe.version ?? sdkVersion,
    addresses: [...new Set(addresses)],
  }
}
