import type { Host, NodeInfo } from '../contracts/index.ts'

/** A {@link Host} that also describes itself, for bindings that say hello unasked. */
export interface DescribedHost extends Host {
  describe(): NodeInfo
}
