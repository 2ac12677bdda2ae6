export { createGroupKeeper } from './create-group-keeper.ts'
export type { GroupKeeperOptions } from './group-keeper-options.ts'
export { StoreGroupRelay } from './store-group-relay.ts'
