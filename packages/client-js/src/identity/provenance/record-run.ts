import type {
  AgentId,
  Identity,
  RunBeginning,
  RunEvent,
  RunRecorder,
  SignedRunRecord,
} from '../../contracts/index.ts'
import { base64url, canonicalJson, utf8 } from '../../core/index.ts'
import { describeRun } from './run-statement.ts'

/** An agent's own key, and what lets it act. */
export interface AgentIdentity {
  identity: Identity
  /** A UCAN delegation from the node, or from whoever owns the agent, to the agent's DID. */
  delegation?: string
}

export interface RunRecorderOptions {
  /** The node that ran it. */
  identity: Identity
  /** Keys of agents that have one of their own. */
  agents?: ReadonlyMap<AgentId, AgentIdentity>
}

/** Signs histories in the name of the node, and of the agent where it has a key. */
export function createRunRecorder({ identity, agents = new Map() }: RunRecorderOptions): RunRecorder {
  return {
    record(beginning, events) {
      const agent = agents.get(beginning.agentId)
      return recordRun({ beginning, events, identity, ...(agent && { agent }) })
    },
  }
}

/**
 * The whole history of a finished run, linked by hashes and signed.
 *
 * @throws {LumosError} `conflict` when the last event is not `run-finished`
 * @see spec/provenance.md
 */
export async function recordRun(run: {
  beginning: Omit<RunBeginning, 'agentDid' | 'agentDelegation'>
  events: readonly RunEvent[]
  identity: Identity
  agent?: AgentIdentity
}): Promise<SignedRunRecord> {
  const { identity, agent } = run
  const beginning: RunBeginning = {
    ...run.beginning,
    ...(agent && { agentDid: agent.identity.did }),
    ...(agent?.delegation !== undefined && { agentDelegation: agent.delegation }),
  }
  const { statement, blocks } = await describeRun(beginning, run.events)
  const bytes = utf8.encode(canonicalJson(statement))
  const signatures: string[] = []
  for (const signer of statement.signers) {
    const key = signer === agent?.identity.did ? agent.identity : identity
    signatures.push(base64url.encode(await key.sign(bytes)))
  }
  return { statement, signatures, blocks }
}
