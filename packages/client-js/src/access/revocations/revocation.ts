import { type DelegationCid, type Identity, LumosError, type PrincipalDid } from '../../contracts/index.ts'
import { cidFromLink, linkFromCid } from '../ucan/cid.ts'
import { decodeInvocation, type Invocation, issueInvocation } from '../ucan/index.ts'

const command = '/ucan/revoke'

/** A statement that a delegation holds no longer. Well-formed; whether its signature holds is not said here. */
export interface Revocation {
  readonly cid: DelegationCid
  readonly issuer: PrincipalDid
  readonly invocation: Invocation
}

/**
 * Takes a delegation back, for good: its issuer's right, and that of everybody above it in a chain.
 *
 * @param options.issuer - the person or organisation that `identity` is a key of; say so where one device takes back
 * what another gave. @default the did:key of `identity`
 * @returns base64url of a UCAN invocation, for `RevocationList.add` of any host
 * @throws {LumosError} `invalid-request` for what is no CID of a delegation
 * @see UCAN Revocation (first draft)
 */
export async function issueRevocation(
  identity: Identity,
  cid: DelegationCid,
  options: { issuer?: PrincipalDid } = {},
): Promise<string> {
  const issuer = options.issuer ?? identity.did
  const { token } = await issueInvocation(identity, {
    issuer,
    subject: issuer,
    command,
    args: { revoke: linkFromCid(cid) },
    expiresAt: null,
    nonce: new Uint8Array(),
  })
  return token
}

/** @throws {LumosError} `too-large`, `malformed-frame`, `invalid-request` */
export async function decodeRevocation(token: string): Promise<Revocation> {
  const invocation = await decodeInvocation(token)
  const { issuer, subject, args, proofs, expiresAt } = invocation
  // A right to revoke that was passed on, a statement that ends: neither is understood, so neither may pass for one.
  const isPlain = issuer === subject && proofs.length === 0 && expiresAt === null
  if (invocation.command !== command || !isPlain || Object.keys(args).join() !== 'revoke') {
    throw new LumosError('invalid-request', 'The token is not a revocation by who signed it.')
  }
  return { cid: cidFromLink(args.revoke), issuer, invocation }
}
