import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey, Ed25519PublicKey } from '@libp2p/interface'
import { type Identity, LumosError } from '../../contracts/index.ts'

/**
 * The identity as the key of a libp2p node: its PeerId is the identity's DID. Only signatures leave the identity,
 * so a key that nobody can read, such as a browser's, works too.
 */
export function privateKeyFromIdentity(identity: Identity): Ed25519PrivateKey {
  const publicKey = publicKeyFromRaw(identity.publicKey) as Ed25519PublicKey
  return {
    type: 'Ed25519',
    publicKey,
    get raw(): Uint8Array {
      throw new LumosError('unsupported', 'An identity does not give its private key away')
    },
    equals: other => publicKey.equals(other?.publicKey),
    sign: data => identity.sign(data instanceof Uint8Array ? data : data.subarray()),
  }
}
