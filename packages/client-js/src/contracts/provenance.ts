import type { DelegationCid } from './access.ts'
import type { AgentRunParams } from './agent-run-params.ts'
import type { Device, EngineKind } from './engine.ts'
import type { RunEvent } from './event.ts'
import type { AgentId, Did, ModelId, NodeId, PrincipalDid, RunId, ThreadId, ToolCallId } from './ids.ts'
import type { ToolDefinition } from './tool.ts'

/** Names content by its hash: a CIDv1 (json, sha2-256) of RFC 8785 canonical JSON, base32. */
export type ContentCid = string

/** What a run began with. */
export interface RunBeginning {
  runId: RunId
  threadId: ThreadId
  nodeId: NodeId
  agentId: AgentId
  /** The agent's own key. */
  agentDid?: Did
  /** By which the node lets the agent's key act for it. A UCAN delegation; opaque here. */
  agentDelegation?: string
  /** What the agent could call. */
  tools: ToolDefinition[]
  /** On whose behalf. */
  requester: PrincipalDid
  /** Who asked. Absent: the requester. */
  issuer?: Did
  /** What let them ask. */
  delegations: readonly DelegationCid[]
  params: AgentRunParams
  /** ISO 8601, UTC. */
  startedAt: string
}

/** A link of a run's history; the next one names it by its {@link ContentCid}. */
export type RunBlock =
  | { type: 'beginning'; beginning: RunBeginning }
  | { type: 'events'; previous: ContentCid; events: RunEvent[] }

/** Where an answer comes from. */
export interface RunProvenance {
  nodeId: NodeId
  agentId: AgentId
  agentDid?: Did
  /** On whose behalf. */
  requester: PrincipalDid
  issuer?: Did
  delegations: readonly DelegationCid[]
  /** In the order they were first asked. */
  models: { modelId: ModelId; engine: EngineKind; device?: Device }[]
  /** What tools gave, in the order they finished. */
  sources: { toolCallId: ToolCallId; tool: string; isError: boolean; result: ContentCid }[]
  /** Of the last message. Absent when there is none. */
  answer?: ContentCid
}

/** What is signed of a run's history. Alone it says where the answer comes from; with the blocks it can be checked. */
export interface RunStatement {
  format: 'lumos-run/1'
  runId: RunId
  /** Of the last block, and so of all. */
  head: ContentCid
  blockCount: number
  provenance: RunProvenance
  /** ISO 8601, UTC. */
  finishedAt: string
  /** Whose signatures follow, in this order: the agent's key, where it has one, and the node's. */
  signers: Did[]
}

/** A finished run, whole, for anybody to verify. @see spec/provenance.md */
export interface SignedRunRecord {
  statement: RunStatement
  /** Ed25519 over the canonical JSON of the statement, base64url, in the order of `signers`. */
  signatures: string[]
  blocks: RunBlock[]
}

/** Signs histories of runs. */
export interface RunRecorder {
  /** @param events - all of them, `run-finished` included */
  record(
    beginning: Omit<RunBeginning, 'agentDid' | 'agentDelegation'>,
    events: readonly RunEvent[],
  ): Promise<SignedRunRecord>
}
