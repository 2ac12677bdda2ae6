export { assertCommand, isCommand } from './command.ts'
export { type Delegation, type DelegationFields, decodeDelegation, issueDelegation } from './delegation.ts'
export { decodeInvocation, type Invocation, type InvocationFields, issueInvocation } from './invocation.ts'
export { isPrincipalDid } from './principal.ts'
