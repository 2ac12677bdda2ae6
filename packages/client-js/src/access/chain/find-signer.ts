import type { Did, PrincipalDid, Verifier } from '../../contracts/index.ts'
import type { SpeakingKeys } from './speaking-keys.ts'

/** What a signature stands on: a delegation or an invocation. */
export interface SignedToken {
  readonly issuer: PrincipalDid
  readonly signature: Uint8Array
  readonly signedBytes: Uint8Array
}

/** So many keys of one principal are tried. */
const maxKeys = 32

/** The key of the token's issuer that signed it; undefined when none of its keys now did. */
export async function findSigner(
  { issuer, signature, signedBytes }: SignedToken,
  verifier: Verifier,
  speakingKeys: SpeakingKeys,
): Promise<Did | undefined> {
  const keys = await speakingKeys.keysOf(issuer)
  for (const key of keys.slice(0, maxKeys)) {
    if (await verifier.verify(key, signedBytes, signature)) return key
  }
  return undefined
}
