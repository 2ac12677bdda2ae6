import type { JsonObject } from '../../../src/contracts/index.ts'
import {
  type Credential,
  type CredentialPolicy,
  type IssueCredentialOptions,
  issueCredential,
  verifyCredential,
} from '../../../src/identity/credentials/index.ts'
import { hour, type Parties, partsOf, signAnything } from './parties.ts'

/** A credential that lets somebody join a team, as its issuer makes it and a verifier reads it. */
export interface Membership {
  membership(change?: Partial<IssueCredentialOptions>): Promise<string>
  verify(jwt: unknown, change?: Partial<CredentialPolicy>): Promise<Credential>
  /** With a changed payload or header, rightly signed by its issuer. */
  resigned(change: JsonObject, header?: JsonObject): Promise<string>
}

export function membershipOf(parties: Parties): Membership {
  const { issuer, person, clock, policy } = parties
  const membership: Membership['membership'] = change =>
    issueCredential({
      issuer,
      subject: person,
      types: ['TeamMembershipCredential'],
      claims: { team: 'Blue', role: 'member' },
      validForMs: hour,
      clock,
      ...change,
    })
  return {
    membership,
    verify: (jwt, change) => verifyCredential(jwt, { ...policy, ...change }),
    async resigned(change, header) {
      const [oldHeader, payload] = partsOf(await membership())
      return signAnything({ ...payload, ...change }, { ...oldHeader, ...header }, issuer)
    },
  }
}
