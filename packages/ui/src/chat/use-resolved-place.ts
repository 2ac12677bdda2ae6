import type { PlaceKind } from '@lomusai/client-js'
import { useApp } from '../app-context.ts'
import { useObservable } from '../observable.ts'

/** The place that would answer now, following the choice and the state of the places. */
export function useResolvedPlace(): PlaceKind {
  const { lumos } = useApp()
  const { place } = useObservable(lumos.settings)
  useObservable(lumos.places.local.status)
  useObservable(lumos.places.cloud.status)
  useObservable(lumos.places.peer.status)
  return lumos.resolve(place)
}
