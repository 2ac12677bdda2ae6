import { LumosError } from '../contracts/index.ts'
import { failureKind } from './failure-kind.ts'

/** What to throw when no place is left to try: the answer of the last one that had one, else that none did. */
export function noPlaceAvailable(failure: LumosError | undefined, hasPlaces: boolean): LumosError {
  if (failure !== undefined && failureKind(failure) !== 'unsent') return failure
  const message = hasPlaces
    ? 'No place answered this request in time.'
    : 'No place may answer this request: give createClient a host, a baseUrl or peers, or choose another place.'
  return new LumosError('no-place-available', message, { cause: failure })
}
