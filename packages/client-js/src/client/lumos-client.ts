import type { CallOptions, ConnectionInfo, Connections, PlaceChoice } from '../connections/index.ts'
import {
  type AbortOptions,
  type AgentId,
  type AgentInfo,
  type ConnectionEvents,
  type Did,
  type Embeddings,
  type Identity,
  isLumosError,
  type JsonObject,
  type Message,
  type ModelId,
  type ModelInfo,
  type NodeInfo,
  type PairingChannel,
  type PeerInfo,
  type RunEvent,
  type RunId,
  type SignedRunRecord,
  type Task,
  type Thread,
  type ThreadId,
  type ToolCallId,
  type ToolDefinition,
} from '../contracts/index.ts'
import { createId, vectorFromText } from '../core/index.ts'
import { createUsagePolicy, type UsagePolicyInput } from '../privacy/usage-policy/create-usage-policy.ts'
import { AccessHandle } from './access-handle.ts'
import { AdaptationHandle } from './adaptation-handle.ts'
import { AgentHandle } from './agent-handle.ts'
import { AuditHandle } from './audit-handle.ts'
import { DidLogHandle } from './did-log-handle.ts'
import { HostPairingChannel } from './host-pairing-channel.ts'
import { type MessagesInput, toMessages } from './messages-input.ts'
import { ModelHandle } from './model-handle.ts'
import { signThreadUsage } from './set-thread-usage.ts'
import { ThreadHandle } from './thread-handle.ts'
import { ToolHandle } from './tool-handle.ts'

export interface EmbedOptions extends AbortOptions {
  /** @default the node's own, which ships with it */
  modelId?: string
  /** Fewer than the model has: the first ones. */
  dimensions?: number
}

/** Agents, conversations, tools and models, wherever they are. Make one with `createClient`. */
export class LumosClient implements AsyncDisposable {
  /** Permissions: what a node gives, and what we pass on. */
  readonly access: AccessHandle
  /** What a node wrote down of who used it. */
  readonly audit: AuditHandle
  /** People with several devices, as nodes know them. */
  readonly didLogs: DidLogHandle
  /** What a node learned from our feedback. */
  readonly adaptation: AdaptationHandle
  readonly #connections: Connections
  readonly #identity: () => Promise<Identity>

  constructor(connections: Connections, identity: () => Promise<Identity>) {
    this.access = new AccessHandle(connections, identity)
    this.audit = new AuditHandle(connections)
    this.didLogs = new DidLogHandle(connections)
    this.adaptation = new AdaptationHandle(connections)
    this.#connections = connections
    this.#identity = identity
  }

  /** Who signs our requests. */
  get identity(): Promise<Identity> {
    return this.#identity()
  }

  get did(): Promise<Did> {
    return this.#identity().then(identity => identity.did)
  }

  /** Where requests go. */
  get place(): PlaceChoice {
    return this.#connections.place
  }

  /** Runs stay where they are; what comes next goes there. */
  setPlace(place: PlaceChoice): void {
    this.#connections.place = place
  }

  /** The places this client knows, in the order it prefers them. */
  connections(): ConnectionInfo[] {
    return this.#connections.list()
  }

  /** Calls back at each event; returns the unsubscribe. */
  on<Name extends keyof ConnectionEvents>(
    name: Name,
    listener: (payload: ConnectionEvents[Name]) => void,
  ): () => void {
    return this.#connections.on(name, listener)
  }

  /** By agent id. */
  async getAgents(options: AbortOptions = {}): Promise<Record<string, AgentInfo>> {
    const { agents } = await this.#connections.call('agent.list', {}, options)
    return Object.fromEntries(agents.map(agent => [agent.agentId, agent]))
  }

  /** Asks nobody yet. */
  getAgent(agentId: string): AgentHandle {
    return new AgentHandle(this.#connections, agentId as AgentId)
  }

  /**
   * A run's events after `offset`, to its end: nothing lost, nothing repeated. Aborting stops reading.
   *
   * @throws {LumosError} `not-found` when no place knows the run
   */
  observe(run: { runId: string; offset?: number } & AbortOptions): AsyncIterable<RunEvent> {
    const { signal, offset = 0 } = run
    return this.#connections.observe({ runId: run.runId as RunId, offset }).read(signal)
  }

  /** @throws {LumosError} `not-found` */
  getRun(runId: string, options: AbortOptions = {}): Promise<Task> {
    return this.#connections.call('run.get', { runId: runId as RunId }, options)
  }

  /**
   * A finished run's whole history, signed by its node: what was asked and answered, by which agent and models, from
   * which sources, on whose behalf. Check it with `verifyRunRecord` of `@lomusai/client-js/identity`.
   *
   * @throws {LumosError} `not-found`, `conflict` while the run is under way, `unsupported`
   */
  getRunRecord(runId: string, options: AbortOptions = {}): Promise<SignedRunRecord> {
    return this.#connections.call('run.record', { runId: runId as RunId }, options)
  }

  /** Cancels a run. Resolves to its state; stopping what is over changes nothing. */
  stopRun(runId: string, options: AbortOptions = {}): Promise<Task> {
    return this.#connections.call('run.stop', { runId: runId as RunId }, options)
  }

  /** Decides a call that waits for a person. @throws {LumosError} `conflict` when it waits no more */
  approve(
    decision: { runId: string; toolCallId: string; approved: boolean; reason?: string },
    options: AbortOptions = {},
  ): Promise<Task> {
    const ids = { runId: decision.runId as RunId, toolCallId: decision.toolCallId as ToolCallId }
    return this.#connections.call('run.approve', { ...decision, ...ids }, options)
  }

  /**
   * Says how good a run was, for the node to learn from. Resolves to the policies that had decided in it.
   *
   * @param feedback.rating - from 0, bad, to 1, good; a later one replaces it
   * @throws {LumosError} `not-found`; `unsupported` where nothing learns
   */
  async feedback(
    feedback: { runId: string; rating: number },
    options: AbortOptions = {},
  ): Promise<{ policies: string[] }> {
    const params = { ...feedback, runId: feedback.runId as RunId }
    return this.#connections.call('run.feedback', params, options)
  }

  /** @param thread.usage - who may use it for what; without it the owner reads and infers, nobody else */
  async createMemoryThread(
    thread: { threadId?: string; title?: string; metadata?: JsonObject; usage?: UsagePolicyInput } = {},
    options: AbortOptions = {},
  ): Promise<Thread> {
    const { threadId, usage, ...rest } = thread
    const params = { ...rest, ...(threadId !== undefined && { threadId: threadId as ThreadId }) }
    if (usage === undefined) return this.#connections.call('thread.create', params, options)
    const boundId = params.threadId ?? (createId() as ThreadId)
    const signed = await signThreadUsage(await this.#identity(), boundId, {
      policy: createUsagePolicy(usage),
    })
    return this.#connections.call('thread.create', { ...params, threadId: boundId, usage: signed }, options)
  }

  /** Ours, newest first. */
  async getMemoryThreads(options: AbortOptions = {}): Promise<Thread[]> {
    const { threads } = await this.#connections.call('thread.list', {}, options)
    return threads
  }

  /** Asks nobody yet. */
  getMemoryThread(threadId: string): ThreadHandle {
    return new ThreadHandle(this.#connections, this.#identity, threadId as ThreadId)
  }

  /** Adds messages without asking an agent. Resolves to them as they were added. */
  async saveMessageToMemory(
    input: { threadId: string; messages: MessagesInput },
    options: AbortOptions = {},
  ): Promise<Message[]> {
    return this.getMemoryThread(input.threadId).addMessage(toMessages(input.messages), options)
  }

  /** `result`: whether the node keeps conversations. */
  async getMemoryStatus(options: AbortOptions = {}): Promise<{ result: boolean }> {
    try {
      await this.getMemoryThreads(options)
      return { result: true }
    } catch (error) {
      if (isLumosError(error) && error.code === 'not-found') return { result: false }
      throw error
    }
  }

  /** By name. */
  async getTools(options: AbortOptions = {}): Promise<Record<string, ToolDefinition>> {
    const { tools } = await this.#connections.call('tool.list', {}, options)
    return Object.fromEntries(tools.map(tool => [tool.name, tool]))
  }

  /** Asks nobody yet. */
  getTool(name: string): ToolHandle {
    return new ToolHandle(this.#connections, name)
  }

  /** A model to ask without an agent. Asks nobody yet. */
  getModel(modelId: string): ModelHandle {
    return new ModelHandle(this.#connections, modelId as ModelId)
  }

  /** The node's models, its default first, with how each runs there. */
  getModels(options: CallOptions = {}): Promise<{ models: ModelInfo[]; defaultModelId: ModelId }> {
    return this.#connections.call('model.list', {}, options)
  }

  /**
   * Vectors of texts, one each, near to each other where meanings are: float32, of length 1.
   *
   * @throws {LumosError} `unsupported`, `not-found`, `model-unavailable`, `invalid-request`
   */
  async embed(
    texts: readonly string[],
    { modelId, dimensions, ...options }: EmbedOptions = {},
  ): Promise<Embeddings> {
    const params = {
      texts,
      ...(modelId !== undefined && { modelId: modelId as ModelId }),
      ...(dimensions !== undefined && { dimensions }),
    }
    const { vectors, ...result } = await this.#connections.call('model.embed', params, options)
    return { ...result, vectors: vectors.map(vectorFromText) }
  }

  /** The node that answers now. */
  getNode(options: AbortOptions = {}): Promise<NodeInfo> {
    return this.#connections.call('node.describe', {}, options)
  }

  /** The peers that node is connected to. */
  async getPeers(options: AbortOptions = {}): Promise<PeerInfo[]> {
    const { peers } = await this.#connections.call('peer.list', {}, options)
    return peers
  }

  /**
   * Where two devices that are being paired leave each other messages: at a node that both reach.
   *
   * @param options.place - @default 'cloud'
   */
  pairingChannel(options: { place?: PlaceChoice } = {}): PairingChannel {
    return new HostPairingChannel(this.#connections, options.place ?? 'cloud')
  }

  /** Ends every request and closes every connection. Runs go on where they are. Idempotent. */
  stop(): Promise<void> {
    return this.#connections.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}
