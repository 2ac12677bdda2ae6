import type { DelegationCid, PrincipalDid } from '../../contracts/index.ts'
import type { Chain } from './chain-question.ts'

/** Who took which delegation back, as far as is known here. Answers at once: it is asked on each call. */
export interface RevocationIndex {
  /** Everybody whose signed revocation of `cid` was seen, also those it is no business of. */
  revokersOf(cid: DelegationCid): readonly PrincipalDid[]
}

/** How fresh the knowledge of revocations made elsewhere is. */
export interface RevocationFreshness {
  /** Whether what `issuer` may have revoked elsewhere is known freshly enough. */
  isFresh(issuer: PrincipalDid): boolean
}

/**
 * The first link of a chain that was taken back by somebody it is the business of: its issuer, or anybody above it in
 * the chain, by the name that stands there. Revocations by strangers count for nothing.
 *
 * Names only, never "a key that speaks for": a revocation holds for good, also when its key is given up later.
 *
 * @see UCAN Revocation (first draft), Scope
 */
export function findRevoked(
  chain: Chain,
  subject: PrincipalDid,
  index: RevocationIndex,
): DelegationCid | undefined {
  const entitled = new Set([subject])
  for (const { cid, issuer, audience } of chain) {
    entitled.add(issuer)
    if (index.revokersOf(cid).some(revoker => entitled.has(revoker))) return cid
    // The next link is issued by the one this one names, or by a key of theirs.
    entitled.add(audience)
  }
  return undefined
}
