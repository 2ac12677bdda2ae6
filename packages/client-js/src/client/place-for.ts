import type { PlaceChoice } from '../connections/index.ts'
import { LumosError } from '../contracts/index.ts'

/**
 * Where a request may go that perhaps must stay on this device.
 *
 * @throws {LumosError} `invalid-request` for another place
 */
export function placeFor(
  privacy: 'local' | undefined,
  place: PlaceChoice | undefined,
): PlaceChoice | undefined {
  if (privacy === undefined || place === 'local') return place
  if (place === undefined || place === 'auto') return 'local'
  throw new LumosError('invalid-request', `privacy: 'local' and place: '${place}' contradict each other.`)
}
