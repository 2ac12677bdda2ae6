import type { ContentStore } from '../contracts/index.ts'
import type { ModelOrigins } from './describe-model.ts'
import type { InUse } from './in-use.ts'
import type { ModelRecords } from './model-records.ts'
import type { ModelRoom } from './model-room.ts'

/** What the parts of a model store share. */
export interface StoreParts extends ModelOrigins {
  blocks: ContentStore
  records: ModelRecords
  /** Newer revisions that are on their way. */
  updates: ModelRecords
  room: ModelRoom
  inUse: InUse
}
