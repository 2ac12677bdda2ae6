import type { Place, PlaceKind } from '../contracts/index.ts'

/** Where requests may go: one kind of place, or `auto` for the first that answers of local, cloud, peers. */
export type PlaceChoice = PlaceKind | 'auto'

const preference: readonly PlaceKind[] = ['local', 'cloud', 'peer']

/** In the order of preference; places of one kind keep theirs. */
export function orderPlaces(places: readonly Place[]): Place[] {
  return preference.flatMap(kind => places.filter(place => place.kind === kind))
}

const localNetwork = /^(in-process:|https?:\/\/(localhost|127\.|\[::1\])|\/ip4\/127\.|\/ip6\/::1\/)/i

/** Whether the address stays on this machine, so that a lost network does not matter. */
export function isOnThisMachine(place: Place): boolean {
  return localNetwork.test(place.address)
}
