export {
  type FetchText,
  type HttpRevocationSourceOptions,
  httpRevocationSource,
} from './http-revocation-source.ts'
export { type NodeRevocationSourceOptions, nodeRevocationSource } from './node-revocation-source.ts'
export { decodeRevocation, issueRevocation, type Revocation } from './revocation.ts'
export { type FollowedSource, RevocationSync, type RevocationSyncOptions } from './revocation-sync.ts'
export { type RevocationListOptions, StoreRevocationList } from './store-revocation-list.ts'
