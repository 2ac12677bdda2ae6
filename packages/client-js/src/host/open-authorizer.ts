import { type Authorizer, LumosError } from '../contracts/index.ts'

/**
 * Lets in everybody who can prove who they are, to what is theirs. Runs, threads and notes are their owner's alone
 * in any case: that is how they are kept, not a rule that an authorizer could forget.
 */
export const openAuthorizer: Authorizer = {
  authorize({ issuer, envelope: { subject = issuer } }) {
    if (subject === issuer) return { subject, delegations: [] }
    throw new LumosError('forbidden', 'This node keeps no permissions: act for yourself only.')
  },
}
