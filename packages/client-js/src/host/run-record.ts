import type {
  AgentId,
  AgentRunParams,
  Artifact,
  DelegationCid,
  Did,
  JsonValue,
  Message,
  PrincipalDid,
  RunEvent,
  RunId,
  Store,
  StoreOperation,
  Task,
  TaskStatus,
  ThreadId,
  ToolCall,
  ToolDefinition,
  UsagePlace,
} from '../contracts/index.ts'
import { storeKey } from '../core/index.ts'

/** What is kept of a run beside its events. */
export interface RunRecord {
  runId: RunId
  owner: PrincipalDid
  /** Who started it. Absent: the owner. */
  issuer?: Did
  /** What let the issuer start it. Absent: nothing was needed. */
  delegations?: readonly DelegationCid[]
  /** What the agent could call. Absent in runs of earlier versions. */
  tools?: ToolDefinition[]
  /** Where this node is, seen from who started it. */
  place: UsagePlace
  agentId: AgentId
  threadId: ThreadId
  params: AgentRunParams
  /** Milliseconds since 1970, UTC. */
  createdAt: number
  deadline: number
  /** Once finished. */
  status?: TaskStatus
}

export const recordPrefix = 'run/'
export const activePrefix = 'run-active/'

export function recordKey(runId: RunId): string {
  return storeKey('run', runId)
}

/** There as long as the run is not finished: a starting node continues these. */
export function activeKey(runId: RunId): string {
  return storeKey('run-active', runId)
}

export function approvalPrefix(runId: RunId): string {
  return `${storeKey('run-approval', runId)}/`
}

/** Only the owner's: what others ask for does not exist. */
export async function readRecord(store: Store, runId: RunId): Promise<RunRecord | undefined> {
  return (await store.get(recordKey(runId))) as unknown as RunRecord | undefined
}

export function putRecord(record: RunRecord): StoreOperation {
  return { type: 'put', key: recordKey(record.runId), value: record as unknown as JsonValue }
}

/** A run as A2A shows it. Pending approvals are in `metadata`, for a person who comes back later. */
export function toTask(
  record: RunRecord,
  events: readonly RunEvent[],
  status: TaskStatus,
  pendingApprovals: ToolCall[],
): Task {
  const added = events.flatMap(event => (event.type === 'message-added' ? [event.message] : []))
  const answer = record.status === undefined ? undefined : added.at(-1)
  return {
    id: record.runId,
    contextId: record.threadId,
    status,
    history: [...record.params.messages, ...added],
    ...(answer !== undefined && { artifacts: [toArtifact(answer)] }),
    metadata: {
      agentId: record.agentId,
      lastEventId: events.length,
      pendingApprovals: pendingApprovals.map(call => ({ ...call })),
    },
  }
}

function toArtifact(answer: Message): Artifact {
  return { artifactId: answer.messageId, name: 'answer', parts: answer.parts }
}
