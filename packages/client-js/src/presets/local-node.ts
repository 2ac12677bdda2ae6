import type { FollowedSource, NodeAccess } from '../access/index.ts'
import type {
  Agent,
  AuditLog,
  Authorizer,
  Clock,
  Command,
  EmbeddingCatalog,
  Identity,
  ModelCatalog,
  Store,
  Tool,
} from '../contracts/index.ts'
import type { DescribedHost, HostLimits } from '../host/index.ts'
import type { DidLogSource, DidLogStore } from '../identity/index.ts'
import type { RouterOptions } from '../inference/index.ts'
import type { PeerNode } from '../transports/libp2p/index.ts'

export type RoutingConfig = Pick<RouterOptions, 'policy' | 'prices' | 'quality' | 'cascade' | 'peers'>

/** What a node in this process may be told, in Node and in the browser alike. */
export interface LocalNodeBasics {
  /** @default the one kept in `directory`; without that a fresh one, in memory */
  identity?: Identity | undefined
  /** What the assistant may use. @default calculator, clock, notes, and fetch where `fetchAllow` names hosts */
  tools?: readonly Tool[] | undefined
  /** Hosts the assistant may read pages of, for instance `['*.wikipedia.org']`. @default none */
  fetchAllow?: readonly string[] | undefined
  /** The assistant's system message. */
  instructions?: string | undefined
  /** The assistant's model. @default the catalogue's default */
  modelId?: string | undefined
  /** How `modelId: 'auto'` chooses: a policy, prices, peers, when to ask a better model. */
  routing?: RoutingConfig | undefined
  /**
   * The assistant learns which tools to show first, for each user apart, from how calls turn out and from
   * `client.feedback`. What it keeps are numbers, in the node's store.
   *
   * @default false
   */
  adaptation?: boolean | undefined
  /**
   * From its start on, the node loads the assistant's model behind the scenes, where its weights are here already: the
   * first question finds it ready.
   *
   * @default false
   */
  warmUp?: boolean | undefined
  /** Beside the assistant. */
  agents?: readonly Agent[] | undefined
  /** For people. */
  name?: string | undefined
  /** Be a libp2p peer too: true to ask others only, or with addresses to listen on, such as `/ip4/127.0.0.1/tcp/0`. */
  peer?: boolean | { listen: string[] } | undefined
  /**
   * What anybody who can prove who they are may do, with what is theirs; all else needs a permission. `[]`: nothing
   * without one.
   *
   * @default using agents, runs, threads, tools and models
   */
  publicCommands?: readonly Command[] | undefined
  /** Where revocations made elsewhere are learned; while one is silent, what others passed on is refused. @default nowhere */
  revocationSources?: readonly FollowedSource[] | undefined
  /** Who may have newer logs of people with several devices. @default nobody: what `didLogs` holds counts */
  didLogSources?: readonly DidLogSource[] | undefined
  /** @default the node's permissions, `access` */
  authorizer?: Authorizer | undefined
  limits?: HostLimits | undefined
  /** @default the machine's */
  clock?: Clock | undefined
  /** Told of failures that are ours. @default ignored */
  onError?: ((error: unknown) => void) | undefined
}

/** A whole node in this process: give its `host` to `createClient`. */
export interface LocalNode extends AsyncDisposable {
  readonly identity: Identity
  readonly host: DescribedHost
  readonly models: ModelCatalog
  readonly embeddings: EmbeddingCatalog
  readonly store: Store
  /** What stands at the door: gives and takes back permissions, and makes the first owner. */
  readonly access: NodeAccess
  readonly audit: AuditLog
  /** The devices of people whose logs were given to the node. */
  readonly didLogs: DidLogStore
  /** Only when the node was asked to be a peer; its `addresses()` are what others dial, once it started. */
  readonly peerNode: PeerNode | undefined
  /** Continues unfinished runs and listens for peers. Idempotent; a failed start stops what it started. */
  start(): Promise<void>
  /**
   * Running answers get `graceMs` to finish; what remains goes on at the next start. Idempotent.
   *
   * @param options.graceMs - @default 5000
   */
  stop(options?: { graceMs?: number }): Promise<void>
}

/** What each platform has its own of. */
export interface LocalNodeParts extends LocalNodeBasics {
  /** Keeps keys. Absent: they last as long as the process. */
  directory?: string | undefined
  identity: Identity
  /** Stopped with the node when it is the node's own. */
  store: Store
  ownsStore: boolean
  models: ModelCatalog
  ownsModels: boolean
  embeddings: EmbeddingCatalog
  ownsEmbeddings: boolean
}
