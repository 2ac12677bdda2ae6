export { coversCommand, defaultPublicCommands } from '../core/command.ts'
export { delegateToAgent, isAgentDelegation } from './agent-delegation.ts'
export type { ChainObstacle, RevocationFreshness, RevocationIndex } from './chain/index.ts'
export { type AccessControlOptions, createAccessControl } from './create-access-control.ts'
export { GrantIndex, type GrantLookup } from './grant-index.ts'
export * from './grants/index.ts'
export * from './revocations/index.ts'
export {
  type Delegation,
  type DelegationFields,
  decodeDelegation,
  decodeInvocation,
  type Invocation,
  type InvocationFields,
  isCommand,
  isPrincipalDid,
  issueDelegation,
  issueInvocation,
} from './ucan/index.ts'
