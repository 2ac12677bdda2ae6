/**
 * Who we are: Ed25519 keys named by did:key.
 *
 * ```ts
 * import { openIdentity } from '@lomusai/client-js/identity'
 *
 * const identity = await openIdentity({ directory: 'my-app' })
 * console.log(identity.did) // did:key:z6Mk…
 * ```
 */

export { didFromPeerId, didFromPublicKey, peerIdFromDid, publicKeyFromDid } from './core/did-key.ts'
export { createIdentity, identityFromSeed } from './identity/create-identity.ts'
export { createVerifier, type VerifierOptions } from './identity/create-verifier.ts'
export {
  createKeyStore,
  createMemoryKeyStore,
  type KeyStoreOptions,
  type PassphraseCost,
} from './identity/key-stores/index.ts'
export { type OpenIdentityOptions, openIdentity } from './identity/open-identity.ts'
