import { LumosError, type Place, type SignedUsagePolicy, type ThreadId } from '../contracts/index.ts'
import { hasEnded } from '../privacy/usage-policy/allows-usage.ts'

/** Whether a conversation's policy, as far as this client knows it, lets anybody put it before a model there. */
export function mayInferAt(usage: SignedUsagePolicy | undefined, place: Place, now: number): boolean {
  if (usage === undefined) return true
  const { inference } = usage.policy
  const isAnywhere = inference.places === undefined || inference.places.includes(place.kind)
  return isAnywhere && !hasEnded(usage.policy, now) && !hasEnded(inference, now)
}

export function keptFromPlaces(threadId: ThreadId): LumosError {
  return new LumosError(
    'forbidden',
    `The usage policy of the conversation ${threadId} allows inference at none of the places that are left.`,
    { details: { purpose: 'inference', resource: `thread/${threadId}` } },
  )
}
