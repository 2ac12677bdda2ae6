import { delegateToAgent } from '../access/index.ts'
import type { Agent, AgentId, Identity } from '../contracts/index.ts'
import { type AgentIdentity, createIdentity, openIdentity, signAgentCard } from '../identity/index.ts'

/** A key of the agent's own, kept where the node's is, by which it acts for the node. */
export async function openAgentIdentity(options: {
  agentId: AgentId
  owner: Identity
  /** @default none: the agent has another key at each start */
  directory: string | undefined
}): Promise<AgentIdentity> {
  const { agentId, owner, directory } = options
  const identity =
    directory === undefined
      ? await createIdentity()
      : await openIdentity({ directory, name: `agent-${agentId}` })
  return { identity, delegation: await delegateToAgent(owner, identity.did) }
}

/** The agent, with its key's signature on its card. */
export async function withSignedCard(agent: Agent, { identity }: AgentIdentity): Promise<Agent> {
  const card = await signAgentCard(agent.info.card, identity)
  return { info: { ...agent.info, card }, run: (params, context) => agent.run(params, context) }
}
