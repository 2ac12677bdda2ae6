import type { NodeId } from '../../contracts/index.ts'
import type { PolicyBudget } from '../policy/index.ts'
import { ChainFinder } from './chain-finder.ts'
import type { Chain, ChainQuestion, ChainRefusal } from './chain-question.ts'
import type { DelegationMemory } from './delegation-memory.ts'
import { findRevoked, type RevocationFreshness, type RevocationIndex } from './revocation-check.ts'
import type { SpeakingKeys } from './speaking-keys.ts'

export interface ChainContext {
  nodeId: NodeId
  memory: DelegationMemory
  revocations: RevocationIndex
  freshness: RevocationFreshness
  speakingKeys: SpeakingKeys
  budget: PolicyBudget
}

/**
 * A chain that answers the question with yes, every link of it signed, in time and not revoked; or why there is none.
 *
 * @throws {LumosError} `forbidden` when conditions cost too much to check
 */
export async function findChain(
  question: ChainQuestion,
  context: ChainContext,
): Promise<Chain | ChainRefusal> {
  const { revocations, speakingKeys, budget } = context
  const finder = new ChainFinder(question, speakingKeys, budget)
  let isStale = false
  for await (const chain of finder.chains()) {
    const revoked = findRevoked(chain, question.subject, revocations)
    if (revoked !== undefined) {
      finder.obstacles.set(revoked, 'revoked')
      continue
    }
    const unsigned = await findUnsigned(chain, context)
    if (unsigned !== undefined) {
      finder.exclude(unsigned, 'signature')
      continue
    }
    if (isFresh(chain, context)) return chain
    isStale = true
  }
  return { obstacles: finder.obstacles, isStale }
}

async function findUnsigned(chain: Chain, { memory, speakingKeys }: ChainContext) {
  for (const link of chain) {
    if (!(await memory.isSigned(link, speakingKeys))) return link
  }
  return undefined
}

/** The node knows its own revocations the moment it makes them. */
function isFresh(chain: Chain, { nodeId, freshness }: ChainContext): boolean {
  return chain.every(({ issuer }) => issuer === nodeId || freshness.isFresh(issuer))
}
