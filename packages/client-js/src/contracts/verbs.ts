import type { Command, DelegationCid, Grant, GrantRequest, RevocationRecord } from './access.ts'
import type { AdaptationReport } from './adaptation.ts'
import type { AgentCard } from './agent-card.ts'
import type { AgentRunParams } from './agent-run-params.ts'
import type { AuditEntry, SignedTreeHead } from './audit.ts'
import type { EmbedRequest } from './embedding.ts'
import type { NumberedModelEvent, ResultEvent, RunEvent } from './event.ts'
import type { AgentId, ModelId, NodeId, PrincipalDid, RunId, ThreadId, ToolCallId } from './ids.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { Message } from './message.ts'
import type { GenerateRequest, ModelInfo } from './model.ts'
import type { PeerInfo } from './peer.ts'
import type { SignedRunRecord } from './provenance.ts'
import type { Task } from './task.ts'
import type { Thread } from './thread.ts'
import type { ToolDefinition } from './tool.ts'
import type { SignedUsagePolicy } from './usage-policy.ts'

export interface AgentInfo {
  agentId: AgentId
  card: AgentCard
  /** The model it uses unless a run says otherwise. Absent: the node's default. */
  modelId?: ModelId
  tools: ToolDefinition[]
}

export interface NodeInfo {
  nodeId: NodeId
  /** The same key as a libp2p PeerId, base58. */
  peerId: string
  name: string
  protocol: string
  version: string
  /** Addresses others can dial: HTTP origins and multiaddrs. */
  addresses: string[]
}

/** `offset`: the `id` of the last event seen; 0 or absent reads from the start. */
export interface ObserveParams {
  runId: RunId
  offset?: number
}

/** What every verb takes, gives, and whether its answer is a stream. @see spec/verbs.md */
export interface Verbs {
  'node.describe': { params: Record<never, never>; result: NodeInfo }
  'agent.list': { params: Record<never, never>; result: { agents: AgentInfo[] } }
  'agent.get': { params: { agentId: AgentId }; result: AgentInfo }
  'agent.run': { params: AgentRunParams; stream: RunEvent }
  'run.observe': { params: ObserveParams; stream: RunEvent }
  'run.get': { params: { runId: RunId }; result: Task }
  'run.record': { params: { runId: RunId }; result: SignedRunRecord }
  'run.stop': { params: { runId: RunId }; result: Task }
  'run.approve': {
    params: { runId: RunId; toolCallId: ToolCallId; approved: boolean; reason?: string }
    result: Task
  }
  'run.feedback': { params: { runId: RunId; rating: number }; result: { policies: string[] } }
  'thread.create': {
    params: { threadId?: ThreadId; title?: string; metadata?: JsonObject; usage?: SignedUsagePolicy }
    result: Thread
  }
  'thread.list': { params: Record<never, never>; result: { threads: Thread[] } }
  'thread.get': { params: { threadId: ThreadId }; result: Thread }
  'thread.update': {
    params: { threadId: ThreadId; title?: string; metadata?: JsonObject; usage?: SignedUsagePolicy }
    result: Thread
  }
  'thread.delete': { params: { threadId: ThreadId }; result: Record<never, never> }
  'message.list': { params: { threadId: ThreadId; limit?: number }; result: { messages: Message[] } }
  'message.add': { params: { threadId: ThreadId; messages: Message[] }; result: Record<never, never> }
  'tool.list': { params: Record<never, never>; result: { tools: ToolDefinition[] } }
  'tool.call': { params: { name: string; arguments: JsonObject }; result: { result: JsonValue } }
  'model.list': { params: Record<never, never>; result: { models: ModelInfo[]; defaultModelId: ModelId } }
  'model.generate': { params: GenerateRequest & { modelId?: ModelId }; stream: NumberedModelEvent }
  'model.embed': {
    params: EmbedRequest & { modelId?: ModelId }
    /** `vectors`: float32, little-endian, as base64url. */
    result: { modelId: ModelId; vectors: string[]; usage: { inputTokens: number } }
  }
  'access.list': {
    params: Record<never, never>
    result: { grants: Grant[]; publicCommands: readonly Command[] }
  }
  'access.grant': { params: GrantRequest; result: { grant: Grant } }
  'access.revoke': { params: { cid: DelegationCid }; result: { grant: Grant } }
  'access.claim': { params: { code: string }; result: { grant: Grant } }
  'revocation.list': {
    params: { after?: number; limit?: number }
    result: { revocations: RevocationRecord[] }
  }
  'revocation.add': { params: { token: string }; result: { revocation: RevocationRecord } }
  'audit.list': {
    params: { from?: number; limit?: number; newestFirst?: boolean }
    result: { entries: AuditEntry[] }
  }
  'audit.head': { params: Record<never, never>; result: SignedTreeHead }
  'audit.inclusion': { params: { index: number; treeSize: number }; result: { path: string[] } }
  'audit.consistency': { params: { from: number; to: number }; result: { path: string[] } }
  'usage.list': { params: Record<never, never>; result: { policies: SignedUsagePolicy[] } }
  'usage.update': { params: { usage: SignedUsagePolicy }; result: { usage: SignedUsagePolicy } }
  'pairing.put': { params: { name: string; message: string }; result: Record<never, never> }
  'pairing.get': { params: { name: string; waitMs?: number }; result: { message?: string } }
  'did.get': { params: { did: PrincipalDid }; result: { log?: JsonObject[] } }
  'did.put': { params: { log: JsonObject[] }; result: { did: PrincipalDid; head: string } }
  'adaptation.list': { params: Record<never, never>; result: { policies: AdaptationReport[] } }
  'adaptation.export': { params: { policy: string }; result: { exported: JsonObject } }
  'adaptation.import': {
    params: { policy: string; exported: JsonObject }
    result: { report: AdaptationReport }
  }
  'adaptation.reset': { params: { policy: string }; result: { report: AdaptationReport } }
  'adaptation.forget': { params: { policy: string }; result: Record<never, never> }
  'peer.list': { params: Record<never, never>; result: { peers: PeerInfo[] } }
}

export type Verb = keyof Verbs

export type VerbParams<V extends Verb> = Verbs[V]['params']

export type StreamVerb = { [V in Verb]: Verbs[V] extends { stream: unknown } ? V : never }[Verb]

export type UnaryVerb = Exclude<Verb, StreamVerb>

export type VerbResult<V extends UnaryVerb> = Verbs[V]['result']

export type VerbEvent<V extends Verb> = Verbs[V] extends { stream: infer Event } ? Event : ResultEvent

/** The verbs whose answer is a stream; every other one answers with a single result. */
export const streamVerbs = ['agent.run', 'run.observe', 'model.generate'] as const satisfies StreamVerb[]

export function isStreamVerb(verb: Verb): verb is StreamVerb {
  return (streamVerbs as readonly string[]).includes(verb)
}
