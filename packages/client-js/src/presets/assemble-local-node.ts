import {
  calculator,
  clock,
  createAssistant,
  defaultInstructions,
  fetchTool,
  noteKeeper,
  notesTools,
  toolFocusShape,
} from '../agents/index.ts'
import type { AdaptivePolicy, ModelId, Tool, UsagePolicies } from '../contracts/index.ts'
import { logisticOutcomeModel } from '../engines/liquid/index.ts'
import { createHost, type DescribedHost } from '../host/index.ts'
import { createRunRecorder } from '../identity/index.ts'
import { createAdaptivePolicy } from '../inference/adaptive/index.ts'
import { createModelRouter } from '../inference/index.ts'
import { StoreUsagePolicies } from '../privacy/usage-policy/index.ts'
import { StoreThreads } from '../stores/store-threads.ts'
import type { PeerNode, PeerServer } from '../transports/libp2p/index.ts'
import { openAgentIdentity, withSignedCard } from './assistant-identity.ts'
import type { LocalNode, LocalNodeParts } from './local-node.ts'
import { type NodeDoor, openDoor } from './open-door.ts'
import { warmUp } from './warm-up.ts'

/** Puts a node together; `start()` is the caller's. */
export async function assembleLocalNode(given: LocalNodeParts): Promise<LocalNode> {
  const { models, store, clock, routing } = given
  const parts = {
    ...given,
    models: createModelRouter({ ...routing, models, store, ...(clock && { clock }) }),
  }
  const door = await openDoor(parts)
  const peerNode = await createPeer(parts)
  const { host, tools } = await createNodeHost(parts, door, peerNode)
  const instructions = parts.instructions ?? defaultInstructions
  const modelId = parts.modelId as ModelId | undefined
  // Not through the router, which learns how fast a model is from what people ask it.
  const warm = (signal: AbortSignal) => warmUp({ models, modelId, instructions, tools, signal })
  return new AssembledNode({ parts, door, host, peerNode, warm })
}

interface NodeAssembly {
  parts: LocalNodeParts
  door: NodeDoor
  host: DescribedHost
  peerNode: PeerNode | undefined
  warm: (signal: AbortSignal) => Promise<void>
}

class AssembledNode implements LocalNode {
  readonly host: DescribedHost
  readonly peerNode: PeerNode | undefined
  readonly #parts: LocalNodeParts
  readonly #door: NodeDoor
  #peerServer: PeerServer | undefined
  readonly #warm: (signal: AbortSignal) => Promise<void>
  #warming: AbortController | undefined
  #starting: Promise<void> | undefined

  constructor({ parts, door, host, peerNode, warm }: NodeAssembly) {
    this.#parts = parts
    this.#door = door
    this.host = host
    this.peerNode = peerNode
    this.#warm = warm
  }

  get identity() {
    return this.#parts.identity
  }

  get models() {
    return this.#parts.models
  }

  get embeddings() {
    return this.#parts.embeddings
  }

  get store() {
    return this.#parts.store
  }

  get access() {
    return this.#door.access
  }

  get audit() {
    return this.#door.audit
  }

  get didLogs() {
    return this.#door.didLogs
  }

  async start(): Promise<void> {
    this.#starting ??= this.#start()
    try {
      await this.#starting
    } catch (error) {
      this.#starting = undefined
      await this.#stopServing()
      throw error
    }
  }

  async stop(options: { graceMs?: number } = {}): Promise<void> {
    this.#starting = undefined
    await this.#stopServing(options)
    const { models, ownsModels, embeddings, ownsEmbeddings, store, ownsStore } = this.#parts
    if (ownsModels) await models.stop()
    if (ownsEmbeddings) await embeddings.stop()
    if (!ownsStore) return
    await this.audit.stop()
    await store.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #start(): Promise<void> {
    await this.host.start()
    this.#door.revocationSync.start()
    if (this.#parts.warmUp === true) this.#startWarmUp()
    if (this.peerNode === undefined) return
    await this.peerNode.start()
    const { serveLibp2p } = await import('../transports/libp2p/index.ts')
    this.#peerServer = await serveLibp2p(this.peerNode, this.host)
  }

  /** Whoever asks first is told why a model does not load. */
  #startWarmUp(): void {
    this.#warming = new AbortController()
    this.#warm(this.#warming.signal).catch(() => {})
  }

  async #stopServing(options: { graceMs?: number } = {}): Promise<void> {
    this.#warming?.abort()
    await this.#door.revocationSync.stop()
    await this.host.stop(options)
    await this.#peerServer?.stop()
    this.#peerServer = undefined
    await this.peerNode?.stop()
  }
}

async function createNodeHost(
  parts: LocalNodeParts,
  door: NodeDoor,
  peerNode: PeerNode | undefined,
): Promise<{ host: DescribedHost; tools: readonly Tool[] }> {
  const { identity, store, models, embeddings, agents = [], name, limits, onError } = parts
  const { access, audit, keys, verifier, didLogs } = door
  const time = parts.clock && { clock: parts.clock }
  const usage = new StoreUsagePolicies({ store, verifier, keys, ...time })
  const tools = parts.tools ?? defaultTools(parts, usage)
  const toolFocus = parts.adaptation === true ? createToolFocus(parts, tools) : undefined
  const bare = createAssistant({
    models,
    tools,
    ...(toolFocus !== undefined && { toolFocus }),
    ...(parts.instructions !== undefined && { instructions: parts.instructions }),
    ...(parts.modelId !== undefined && { modelId: parts.modelId as ModelId }),
  })
  const { agentId } = bare.info
  const agent = await openAgentIdentity({ agentId, owner: identity, directory: parts.directory })
  const assistant = await withSignedCard(bare, agent)
  const host = createHost({
    identity,
    store,
    models,
    embeddings,
    tools,
    agents: [assistant, ...agents],
    adaptation: toolFocus === undefined ? [] : [toolFocus],
    verifier,
    authorizer: parts.authorizer ?? access.authorizer,
    access,
    audit,
    recorder: createRunRecorder({ identity, agents: new Map([[agentId, agent]]) }),
    didLogs,
    usage,
    dataKeepers: [noteKeeper(store)],
    threads: new StoreThreads({ store, ...time }),
    ...time,
    ...(peerNode && { peers: peerNode }),
    ...(name !== undefined && { describe: { name } }),
    ...(limits && { limits }),
    ...(onError && { onError }),
  })
  return { host, tools }
}

function createToolFocus({ store, clock: time }: LocalNodeParts, tools: readonly Tool[]): AdaptivePolicy {
  return createAdaptivePolicy({
    name: 'tool-focus',
    ...toolFocusShape(tools),
    // Until a liquid network earns the place: see docs/architecture/adaptation.md, Measured.
    model: logisticOutcomeModel(),
    store,
    ...(time && { clock: time }),
  })
}

function defaultTools({ store, fetchAllow, clock: time }: LocalNodeParts, usage: UsagePolicies): Tool[] {
  const options = time === undefined ? {} : { clock: time }
  return [
    calculator(),
    clock(options),
    ...notesTools(store, { ...options, usage }),
    ...(fetchAllow === undefined ? [] : [fetchTool({ allow: fetchAllow })]),
  ]
}

/** libp2p loads only for nodes that are peers. */
async function createPeer({ identity, peer = false, clock: time }: LocalNodeParts) {
  if (peer === false) return undefined
  const { createPeerNode } = await import('../transports/libp2p/index.ts')
  const listen = peer === true ? [] : peer.listen
  return createPeerNode({ identity, listen, ...(time && { clock: time }) })
}
