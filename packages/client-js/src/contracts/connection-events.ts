import type { NodeId } from './ids.ts'
import type { TransportKind } from './transport-kind.ts'

/** One of the three modes an app can be in. */
export type PlaceKind = 'local' | 'cloud' | 'peer'

/** Somewhere agents run, and how to get there. */
export interface Place {
  kind: PlaceKind
  address: string
}

/** Payloads by event name: `<noun>-<what happened>`. */
export interface ConnectionEvents {
  /** A node became usable: it said or proved who it is. */
  'connection-opened': { place: Place; nodeId: NodeId; transport: TransportKind }
  /** `cause` is absent when we closed it ourselves. */
  'connection-closed': { place: Place; nodeId: NodeId; cause?: Error }
  /** A request goes on, or starts again, somewhere else. */
  'place-changed': { from: Place; to: Place; cause?: Error }
  /** No place answers; requests wait. */
  'client-offline': Record<never, never>
  'client-online': Record<never, never>
}
