import { keyFromSeed } from '#platform'
import type { Identity } from '../../contracts/index.ts'
import { utf8 } from '../../core/index.ts'
import { identityFromKey } from '../create-identity.ts'
import { entropyOfWords } from './recovery-words.ts'

/**
 * Keeps this key apart from anything else ever made of the same words, a wallet for instance. Not BIP-39's own seed,
 * so that the key is the same in every language; 256 bits need no stretching.
 */
const purpose = 'lumos recovery key/1 ed25519'

/**
 * The key that 24 words stand for: HKDF-SHA-256 of their 32 bytes, without salt. It signs in a DID log.
 *
 * @throws {LumosError} `invalid-request` for words that are none
 * @see docs/architecture/identity.md
 */
export async function recoveryIdentity(words: string): Promise<Identity> {
  return recoveryIdentityOf(await entropyOfWords(words))
}

/** Clears `entropy`. */
export async function recoveryIdentityOf(entropy: Uint8Array): Promise<Identity> {
  const source = new Uint8Array(entropy)
  const material = await crypto.subtle.importKey('raw', source, 'HKDF', false, ['deriveBits'])
  source.fill(0)
  entropy.fill(0)
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8.encode(purpose) }
  const seed = new Uint8Array(await crypto.subtle.deriveBits(algorithm, material, 256))
  try {
    return identityFromKey(await keyFromSeed(seed))
  } finally {
    seed.fill(0)
  }
}
