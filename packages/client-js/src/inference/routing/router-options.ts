import type { DeviceConditions, DeviceFacts } from '#platform'
import type { Clock, ModelCatalog, ModelSource, RoutePolicy, Store } from '../../contracts/index.ts'
import type { CascadeOptions } from './confidence-gate.ts'
import type { ModelPrice } from './route-features.ts'

export interface RouterOptions {
  /** The node's own models: local engines, and endpoints it may use. Its default stays the default. */
  models: ModelCatalog
  /** Models of peers, one source each. @default none */
  peers?: readonly ModelSource[]
  /** Keeps the speeds that were measured. @default memory */
  store?: Store
  /** Ranks the places that may and can answer. @default {@link weightedPolicy} */
  policy?: RoutePolicy
  /** By model id. @default free */
  prices?: Readonly<Record<string, ModelPrice>>
  /** What to expect of a model, by its id, 0 to 1. @default by its parameters */
  quality?: Readonly<Record<string, number>>
  /** Whether an answer that begins unsure is given to a better model. `false`: never. @default yes */
  cascade?: CascadeOptions | false
  /** @default the machine's */
  clock?: Clock
  /** @default the machine's */
  machine?: () => Promise<DeviceFacts>
  /** @default the machine's */
  conditions?: () => Promise<DeviceConditions>
}
