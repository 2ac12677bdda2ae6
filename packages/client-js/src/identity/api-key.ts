import { randomBytes } from '#platform'
import { type Identity, LumosError } from '../contracts/index.ts'
import { base64url, utf8 } from '../core/index.ts'
import { identityFromSeed } from './create-identity.ts'

const prefix = 'lumos_'
const minLength = 16
// Separates these keys from any other use of the same text.
const salt = utf8.encode('lumos/1 api-key')
const info = utf8.encode('ed25519 seed')

/** A new key of 256 random bits: `lumos_` and base64url. Whoever has the text can act as {@link identityFromApiKey}. */
export function createApiKey(): string {
  return prefix + base64url.encode(randomBytes(32))
}

/** Whether a text has the form of {@link createApiKey}'s. */
export function isApiKey(text: string): boolean {
  return /^lumos_[\w-]{43}$/.test(text)
}

/**
 * The identity that an API key stands for: its Ed25519 seed is HKDF-SHA256 of the key's text. A node that keeps the
 * DID cannot make the key of it. A key that a person thought up can be guessed from the DID: use random ones.
 *
 * @throws {LumosError} `invalid-request` for less than 16 characters
 * @see RFC 5869; spec/capabilities.md
 */
export async function identityFromApiKey(apiKey: string): Promise<Identity> {
  if (apiKey.length < minLength) {
    throw new LumosError('invalid-request', `An API key has ${minLength} characters or more.`)
  }
  const material = await crypto.subtle.importKey('raw', utf8.encode(apiKey), 'HKDF', false, ['deriveBits'])
  const seed = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, material, 256)
  return identityFromSeed(new Uint8Array(seed))
}
