import type { Credential } from 'ts-mls/credential.js'
import {
  type AbortOptions,
  type GroupMember,
  type KeyDirectory,
  LumosError,
  type PrincipalDid,
} from '../../contracts/index.ts'
import { didFromPublicKey, utf8 } from '../../core/index.ts'

const didPattern = /^did:(key|web|lumos):[\w.%:-]{1,240}$/

/** The MLS credential of a member: its DID. @see RFC 9420 section 5.3 */
export function credentialOf(did: PrincipalDid): Credential {
  return { credentialType: 'basic', identity: utf8.encode(did) }
}

/** The member that a leaf stands for. Whether its key may, `isBound` says. @throws {LumosError} `invalid-proof` */
export function memberOf(leaf: { credential: Credential; signaturePublicKey: Uint8Array }): GroupMember {
  const { credential, signaturePublicKey } = leaf
  if (credential.credentialType !== 'basic') throw unbound('Its credential is not a DID.')
  try {
    const did = utf8.decode(credential.identity)
    if (!didPattern.test(did)) throw unbound('Its credential is not a DID.')
    return { did: did as PrincipalDid, key: didFromPublicKey(signaturePublicKey) }
  } catch (cause) {
    throw unbound('Its credential is not a DID with an Ed25519 key.', { cause })
  }
}

/** Whether the member's key is the DID's own, or speaks for it. Who cannot be asked vouches for nobody. */
export async function isBound(
  { did, key }: GroupMember,
  keys?: KeyDirectory,
  options?: AbortOptions,
): Promise<boolean> {
  if (did === key) return true
  if (did.startsWith('did:key:') || keys === undefined) return false
  try {
    return (await keys.keysOf(did, options)).includes(key)
  } catch {
    return false
  }
}

export function unbound(why: string, options?: ErrorOptions): LumosError {
  return new LumosError('invalid-proof', `A member of the group is not who it says. ${why}`, options)
}
