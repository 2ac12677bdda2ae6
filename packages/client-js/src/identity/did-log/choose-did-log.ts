import type { DidLogState } from './did-log-state.ts'
import type { DidOperation } from './did-operation.ts'
import type { VerifiedDidLog } from './verify-did-log.ts'

/** How two logs of one DID stand to each other. */
export interface DidLogComparison {
  /** `same`: equal; `ahead` and `behind`: `other` goes on where `known` ends, or the other way round. */
  relation: 'same' | 'ahead' | 'behind' | 'fork'
  /** How many operations both share, from the first on. */
  sharedCount: number
  /** The one to follow: the same for whoever compares the two, in any order. */
  winner: VerifiedDidLog
}

/**
 * Which of two logs of the same DID to follow.
 *
 * Of two branches the one that a stronger key stands behind wins. The strongest signature of a branch counts, by the
 * order of keys where the two part: a recovery key that deactivates, a recovery key, then devices as listed. Of equals
 * the branch whose first operation claims the earlier time wins, then the one of the smaller CID.
 *
 * @see spec/did-lumos.md#forks
 */
export function compareDidLogs(known: VerifiedDidLog, other: VerifiedDidLog): DidLogComparison {
  const sharedCount = countShared(known.states, other.states)
  const isKnownDone = sharedCount === known.states.length
  const isOtherDone = sharedCount === other.states.length
  if (isKnownDone && isOtherDone) return { relation: 'same', sharedCount, winner: known }
  if (isKnownDone) return { relation: 'ahead', sharedCount, winner: other }
  if (isOtherDone) return { relation: 'behind', sharedCount, winner: known }
  const winner = isStronger(other, known, sharedCount) ? other : known
  return { relation: 'fork', sharedCount, winner }
}

function countShared(left: readonly DidLogState[], right: readonly DidLogState[]): number {
  let count = 0
  while (count < left.length && count < right.length && left[count]?.head === right[count]?.head) count++
  return count
}

function isStronger(left: VerifiedDidLog, right: VerifiedDidLog, from: number): boolean {
  const byStrength = strength(left, from) - strength(right, from)
  if (byStrength !== 0) return byStrength < 0
  const leftFirst = left.states[from] as DidLogState
  const rightFirst = right.states[from] as DidLogState
  if (leftFirst.updatedAt !== rightFirst.updatedAt) return leftFirst.updatedAt < rightFirst.updatedAt
  return leftFirst.head < rightFirst.head
}

const deactivates = -2
const recovers = -1

/** The smaller, the stronger. */
function strength({ log, states }: VerifiedDidLog, from: number): number {
  if (states[states.length - 1]?.isDeactivated) return deactivates
  let strongest = Number.POSITIVE_INFINITY
  for (let index = from; index < log.length; index++) {
    const { signer } = log[index] as DidOperation
    if (states[index - 1]?.recoveryKeys.includes(signer)) return recovers
    const seniority = states[from - 1]?.keys.indexOf(signer) ?? -1
    // A device added after the logs parted says nothing: whoever stands behind the branch let it in.
    if (seniority !== -1) strongest = Math.min(strongest, seniority)
  }
  return strongest
}
