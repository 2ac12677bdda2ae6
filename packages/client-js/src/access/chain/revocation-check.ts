import type { DelegationCid, PrincipalDid } from '../../contracts/index.ts'
import type { Chain } from './chain-question.ts'
import type { SpeakingKeys } from './speaking-keys.ts'

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
 * The first link of a chain that was taken back by somebody it is the business of: its issuer, anybody above it in
 * the chain, or another key of one of them. Revocations by strangers count for nothing.
 *
 * @see UCAN Revocation (first draft), Scope
 */
export async function findRevoked(
  chain: Chain,
  subject: PrincipalDid,
  index: RevocationIndex,
  speakingKeys: SpeakingKeys,
): Promise<DelegationCid | undefined> {
  const above = [subject]
  for (const { cid, issuer, audience } of chain) {
    above.push(issuer)
    const revokers = index.revokersOf(cid)
    if (revokers.length > 0) {
      // A principal whose keys cannot be learned has none here. That lets nothing pass: its part of the chain stands
      // on a key of it, which is not found either.
      const keys = await Promise.all(above.map(principal => speakingKeys.keysOf(principal)))
      const entitled = new Set<PrincipalDid>([...above, ...keys.flat()])
      if (revokers.some(revoker => entitled.has(revoker))) return cid
    }
    // The next link is issued by a key of the one this one names.
    above.push(audience)
  }
  return undefined
}
