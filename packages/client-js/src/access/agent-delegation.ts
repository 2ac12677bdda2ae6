import type { Command, Did, Identity, Verifier } from '../contracts/index.ts'
import { coversCommand, utf8 } from '../core/index.ts'
import { findTimeObstacle } from './chain/link-checks.ts'
import { decodeDelegation, issueDelegation } from './ucan/index.ts'

/** What an agent does for its owner. */
const agentCommand: Command = '/agent'
// The same token each time, so that records of one run are the same each time.
const nonce = utf8.encode('lumos-agent')

/** Lets an agent's own key act for its owner, until revoked. Resolves to the delegation's token. */
export async function delegateToAgent(owner: Identity, agent: Did): Promise<string> {
  const fields = { audience: agent, subject: owner.did, command: agentCommand, expiresAt: null, nonce }
  return (await issueDelegation(owner, fields)).token
}

/**
 * Whether the token lets `agent` act for `node`: what `verifyRunRecord` asks. Revocations are not looked at.
 *
 * @param options.now - milliseconds since 1970, UTC; for a record, when the run started
 */
export async function isAgentDelegation(
  token: string,
  parties: { agent: Did; node: Did },
  options: { verifier: Verifier; now: number },
): Promise<boolean> {
  const { agent, node } = parties
  try {
    const delegation = await decodeDelegation(token)
    const { issuer, audience, subject, command, signedBytes, signature } = delegation
    const isOurs = issuer === node && audience === agent && (subject === node || subject === null)
    const isUsable =
      coversCommand(command, agentCommand) && findTimeObstacle(delegation, options.now) === undefined
    return isOurs && isUsable && (await options.verifier.verify(node, signedBytes, signature))
  } catch {
    return false
  }
}
