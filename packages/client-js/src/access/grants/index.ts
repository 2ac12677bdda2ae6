export type { ClaimCode } from './claim-codes.ts'
export { type DelegateGrantRequest, delegateGrant } from './delegate-grant.ts'
export type { NodeAccess } from './node-access.ts'
export { type NodeAccessOptions, openNodeAccess } from './open-node-access.ts'
