export type { DescribedHost, HostLimits, HostOptions } from './create-host.ts'
export { createHost } from './create-host.ts'
export { openAuthorizer } from './open-authorizer.ts'
export { verbTable } from './verb-table.ts'
