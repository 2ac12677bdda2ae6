import { generateKeyPackageWithKey, type KeyPackage, type PrivateKeyPackage } from 'ts-mls/keyPackage.js'
import { encodeMlsMessage } from 'ts-mls/message.js'
import {
  type AbortOptions,
  type Clock,
  type GroupMember,
  type Identity,
  type KeyDirectory,
  LumosError,
  type PrincipalDid,
} from '../../contracts/index.ts'
import { decodeMls } from './decode-mls.ts'
import { credentialOf, isBound, memberOf, unbound } from './member-credential.ts'
import { capabilities, keyPackageLifetimeSeconds, type Mls, suiteName } from './mls-suite.ts'

/** Clocks of members may differ by this much. */
const skewSeconds = 60 * 60

/** A key package and the private keys that belong to it; the signature key stays with the identity. */
export async function createKeyPackage(
  mls: Mls,
  by: { identity: Identity; did: PrincipalDid; clock: Clock },
): Promise<{ publicPackage: KeyPackage; privatePackage: PrivateKeyPackage }> {
  const now = Math.floor(by.clock.now() / 1000)
  const lifetime = {
    notBefore: BigInt(now - skewSeconds),
    notAfter: BigInt(now + keyPackageLifetimeSeconds),
  }
  const keyPair = { signKey: new Uint8Array(), publicKey: by.identity.publicKey }
  return generateKeyPackageWithKey(credentialOf(by.did), capabilities, lifetime, [], keyPair, mls.suite)
}

export function encodeKeyPackage(keyPackage: KeyPackage): Uint8Array {
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage })
}

/** @throws {LumosError} `malformed-frame`; `unsupported` for another cipher suite */
export function decodeKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = decodeMls(bytes)
  if (message.wireformat !== 'mls_key_package') {
    throw new LumosError('malformed-frame', 'The bytes are not a key package.')
  }
  const { keyPackage } = message
  if (keyPackage.cipherSuite !== suiteName || keyPackage.version !== 'mls10') {
    throw new LumosError('unsupported', `The key package is for another cipher suite than ${suiteName}.`)
  }
  return keyPackage
}

/**
 * The member that a key package would make, once it is sure that it is `did`.
 *
 * @throws {LumosError} `invalid-proof`
 */
export async function inviteeOf(
  keyPackage: KeyPackage,
  did: PrincipalDid,
  by: { keys?: KeyDirectory | undefined } & AbortOptions,
): Promise<GroupMember> {
  const member = memberOf(keyPackage.leafNode)
  if (member.did !== did) throw unbound(`The key package is of ${member.did}.`)
  if (!(await isBound(member, by.keys, { signal: by.signal })))
    throw unbound('Its key does not speak for its DID.')
  return member
}
