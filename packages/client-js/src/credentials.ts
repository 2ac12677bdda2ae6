/**
 * Verifiable credentials: issued, held, presented in part, verified, revoked.
 *
 * ```ts
 * import { createDidResolver, createIdentity } from '@lomusai/client-js/identity'
 * import { issueCredential, verifyCredential } from '@lomusai/client-js/credentials'
 *
 * const [team, anna] = await Promise.all([createIdentity(), createIdentity()])
 * const membership = await issueCredential({
 *   issuer: { did: team.did, identity: team },
 *   subject: anna.did,
 *   types: ['TeamMembershipCredential'],
 *   claims: { team: 'Blue', role: 'member' },
 *   validForMs: 30 * 24 * 60 * 60 * 1000,
 * })
 * const { claims } = await verifyCredential(membership, {
 *   trustedIssuers: [team.did],
 *   type: 'TeamMembershipCredential',
 *   resolver: createDidResolver(),
 * })
 * console.log(claims.team) // Blue
 * ```
 */

export type { Credential } from './identity/credentials/credential.ts'
export type { CredentialPolicy } from './identity/credentials/credential-policy.ts'
export { type IssueCredentialOptions, issueCredential } from './identity/credentials/issue-credential.ts'
export {
  type CreatePresentationOptions,
  createPresentation,
  type PresentationPolicy,
  type VerifiedPresentation,
  verifyPresentation,
} from './identity/credentials/presentation.ts'
export {
  createPresentationReplays,
  type PresentationReplays,
} from './identity/credentials/presentation-replays.ts'
export type { RefusalReason } from './identity/credentials/refusal.ts'
export {
  type IssueSdCredentialOptions,
  issueSdCredential,
} from './identity/credentials/sd-jwt/issue-sd-credential.ts'
export {
  type HeldSdCredential,
  type PresentSdCredentialOptions,
  presentSdCredential,
  readHeldSdCredential,
} from './identity/credentials/sd-jwt/present-sd-credential.ts'
export type { SdCredential } from './identity/credentials/sd-jwt/sd-credential.ts'
export {
  type SdCredentialPolicy,
  type VerifiedSdCredential,
  verifySdCredential,
} from './identity/credentials/sd-jwt/verify-sd-credential.ts'
export {
  createStatusChecker,
  httpStatusLists,
  type StatusChecker,
  type StatusCheckerOptions,
  type StatusListSource,
} from './identity/credentials/status-checker.ts'
export type { StatusEntry } from './identity/credentials/status-entry.ts'
export { StatusList } from './identity/credentials/status-list.ts'
export {
  type IssueStatusListOptions,
  issueStatusList,
  type StatusPurpose,
} from './identity/credentials/status-list-credential.ts'
export {
  createStatusListKeeper,
  type StatusListKeeper,
  type StatusListKeeperOptions,
} from './identity/credentials/status-list-keeper.ts'
export type { TokenSigner } from './identity/credentials/token.ts'
export { verifyCredential } from './identity/credentials/verify-credential.ts'
