import { maxClockSkewMs } from '../../core/index.ts'
import { type PolicyBudget, satisfiesPolicy } from '../policy/index.ts'
import type { Delegation } from '../ucan/index.ts'
import type { ChainObstacle, ChainQuestion } from './chain-question.ts'

/**
 * What is wrong with one delegation by itself, whatever chain it stands in; undefined when nothing is. Its command,
 * its signature and its revocation are looked at elsewhere.
 *
 * @throws {LumosError} `forbidden` when its conditions cost too much
 */
export function findObstacle(
  delegation: Delegation,
  question: ChainQuestion,
  budget: PolicyBudget,
): ChainObstacle | undefined {
  const time = findTimeObstacle(delegation, question.now)
  if (time !== undefined) return time
  return satisfiesPolicy(delegation.conditions, question.params, budget) ? undefined : 'condition'
}

/** Clocks may differ by a minute, in the favour of who asks. @see UCAN 1.0, Time Bounds */
export function findTimeObstacle(
  { notBefore, expiresAt }: Pick<Delegation, 'notBefore' | 'expiresAt'>,
  now: number,
): 'expired' | 'not-yet-valid' | undefined {
  if (expiresAt !== null && now > expiresAt * 1000 + maxClockSkewMs) return 'expired'
  if (notBefore !== undefined && now < notBefore * 1000 - maxClockSkewMs) return 'not-yet-valid'
  return undefined
}
