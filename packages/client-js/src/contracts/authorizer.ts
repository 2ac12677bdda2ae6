import type { Command, DelegationCid } from './access.ts'
import type { UnsignedEnvelope } from './envelope.ts'
import type { Did, PrincipalDid } from './ids.ts'
import type { RequestContext } from './transport.ts'

/**
 * Which of a host's resources a verb touches, and so whose permission it needs beside the node's own:
 * `node`: only the node's; `owner`: data kept for the request's subject.
 */
export type ResourceScope = 'node' | 'owner'

/** One admitted request, and what it rests on. */
export interface Authorization {
  /** Whose data the request works on: the issuer's own unless `envelope.subject` says otherwise. */
  subject: PrincipalDid
  /** The delegations used, outermost first. Empty: the requester is the subject, and the node admits anyone. */
  delegations: readonly DelegationCid[]
}

/** Decides, after the proof verified, whether this requester may do this. */
export interface Authorizer {
  /** @throws {LumosError} `forbidden`, naming the command that is missing; `revocations-unknown` */
  authorize(request: {
    issuer: Did
    command: Command
    scope: ResourceScope
    envelope: UnsignedEnvelope
    context: RequestContext
  }): Authorization | Promise<Authorization>
}
