import {
  type Clock,
  type Grant,
  type GrantRequest,
  type Identity,
  LumosError,
  type PrincipalDid,
} from '../../contracts/index.ts'
import { createSystemClock } from '../../core/index.ts'
import { type Delegation, issueDelegation } from '../ucan/index.ts'

export interface DelegateGrantRequest extends GrantRequest {
  /** Whose data or node is opened. @default that of the issuer */
  subject?: PrincipalDid
  /** The person or organisation that the signer's key speaks for. @default the key itself */
  issuer?: PrincipalDid
}

/**
 * Signs a permission, to be handed to its audience.
 *
 * @throws {LumosError} `invalid-request` for what no reader would take, and for a time that is past
 */
export async function delegateGrant(
  signer: Identity,
  request: DelegateGrantRequest,
  clock: Pick<Clock, 'now'> = createSystemClock(),
): Promise<Grant> {
  const { grant } = await signGrant(signer, request, clock)
  return grant
}

/** A delegation, and how people see it. */
export async function signGrant(
  signer: Identity,
  request: DelegateGrantRequest,
  clock: Pick<Clock, 'now'>,
): Promise<{ grant: Grant; delegation: Delegation }> {
  const { audience, command, policy = [], label, issuer = signer.did, subject = issuer } = request
  const now = clock.now()
  const delegation = await issueDelegation(signer, {
    issuer,
    audience,
    subject,
    command,
    policy,
    expiresAt: secondsOf(request.expiresAt, now),
  })
  const { cid, token, expiresAt } = delegation
  const grant: Grant = {
    ...{ cid, issuer, audience, subject, command, policy },
    ...(label !== undefined && { label }),
    createdAt: new Date(now).toISOString(),
    ...(expiresAt !== null && { expiresAt: new Date(expiresAt * 1000).toISOString() }),
    token,
  }
  return { grant, delegation }
}

/** Whole seconds since 1970, as UCAN counts; null for no end. */
function secondsOf(expiresAt: string | undefined, now: number): number | null {
  if (expiresAt === undefined) return null
  const milliseconds = Date.parse(expiresAt)
  if (milliseconds > now) return Math.floor(milliseconds / 1000)
  throw new LumosError('invalid-request', '`expiresAt` must be a time to come.')
}
