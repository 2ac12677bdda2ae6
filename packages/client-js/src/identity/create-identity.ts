import { generateKey, keyFromSeed, type SigningKey } from '#platform'
import type { Identity } from '../contracts/index.ts'
import { didFromPublicKey } from '../core/index.ts'

/** A fresh identity, in memory only. In the browser no script can read its private key. */
export async function createIdentity(): Promise<Identity> {
  return identityFromKey(await generateKey())
}

/**
 * The identity of a known private key: the same seed always has the same DID.
 *
 * @param seed - 32 bytes, the private key of RFC 8032 section 5.1.5
 */
export async function identityFromSeed(seed: Uint8Array): Promise<Identity> {
  return identityFromKey(await keyFromSeed(seed))
}

export function identityFromKey(key: SigningKey): Identity {
  return { did: didFromPublicKey(key.publicKey), publicKey: key.publicKey, sign: bytes => key.sign(bytes) }
}
