import { useApp } from '../app-context.ts'
import type { PlaceState } from '../lumos/place.ts'
import { Observable, useObservable } from '../observable.ts'
import type { PlaceChoice } from '../settings/settings.ts'

const nothing = new Observable(undefined)

/** How a place stands; undefined for `auto`, which has no state of its own. */
export function usePlaceState(choice: PlaceChoice): PlaceState | undefined {
  const { lumos } = useApp()
  return useObservable(choice === 'auto' ? nothing : lumos.places[choice].status)?.state
}
