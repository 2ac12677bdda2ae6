import type { Resolvable } from 'did-resolver'
import type { AbortOptions, Clock, PrincipalDid } from '../../contracts/index.ts'
import { refusal } from './refusal.ts'
import type { StatusChecker } from './status-checker.ts'
import type { StatusEntry } from './status-entry.ts'

/** What an app demands of credentials. Nothing is trusted that it does not name. */
export interface CredentialPolicy {
  /** Who may issue; nobody else is heard. */
  trustedIssuers: readonly PrincipalDid[]
  /** The type it must have. */
  type: string
  /** Of `createDidResolver`. */
  resolver: Resolvable
  /** Sees whether it was revoked. A credential with a status is refused without one. */
  status?: StatusChecker
  /** Refuses credentials that cannot be revoked. @default false */
  requireStatus?: boolean
  /** @default the machine's */
  clock?: Clock
}

interface Judged {
  issuer: PrincipalDid
  types: readonly string[]
  status?: StatusEntry | undefined
}

/** What needs no key and no network. @throws {LumosError} `forbidden`, `invalid-request`, `revocations-unknown` */
export function assertAllowed({ issuer, types, status }: Judged, policy: CredentialPolicy): void {
  if (!policy.trustedIssuers.includes(issuer))
    throw refusal('untrusted-issuer', 'nobody here trusts its issuer')
  if (!types.includes(policy.type)) throw refusal('type', `it is no ${policy.type}`)
  if (status === undefined && policy.requireStatus) throw refusal('status-unknown', 'it cannot be revoked')
}

/** @throws {LumosError} `forbidden` when it was revoked, `revocations-unknown` when nobody can tell */
export async function assertNotRevoked(
  { issuer, status }: Omit<Judged, 'types'>,
  policy: CredentialPolicy,
  options: AbortOptions,
): Promise<void> {
  if (status === undefined) return
  if (policy.status === undefined)
    throw refusal('status-unknown', 'nobody here can see whether it was revoked')
  await policy.status.assertValid(status, issuer, options)
}
