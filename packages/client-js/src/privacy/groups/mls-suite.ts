import type { Capabilities } from 'ts-mls/capabilities.js'
import type { ClientConfig } from 'ts-mls/clientConfig.js'
import type { CiphersuiteImpl } from 'ts-mls/crypto/ciphersuite.js'
import { getCiphersuiteFromName } from 'ts-mls/crypto/ciphersuite.js'
import { getCiphersuiteImpl } from 'ts-mls/crypto/getCiphersuiteImpl.js'
import { defaultKeyPackageEqualityConfig } from 'ts-mls/keyPackageEqualityConfig.js'
import { defaultPaddingConfig } from 'ts-mls/paddingConfig.js'
import type { Identity, KeyDirectory, Verifier } from '../../contracts/index.ts'
import { didFromPublicKey } from '../../core/index.ts'
import { isBound, memberOf } from './member-credential.ts'

/** Mandatory to implement, and in WebCrypto throughout. @see RFC 9420 section 17.1 */
export const suiteName = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'

export const capabilities: Capabilities = {
  versions: ['mls10'],
  ciphersuites: [suiteName],
  extensions: [],
  proposals: [],
  credentials: ['basic'],
}

/** How long a key package may wait to be used. */
export const keyPackageLifetimeSeconds = 28 * 24 * 60 * 60

/** What MLS works with on behalf of one identity. */
export interface Mls {
  suite: CiphersuiteImpl
  config: ClientConfig
}

export interface MlsOptions {
  identity: Identity
  verifier: Verifier
  /** Says which keys speak for members that are not a key themselves. @default keys only */
  keys?: KeyDirectory | undefined
}

/** Signs with the identity itself, so that no private signature key is ever in the group's state. */
export async function createMls({ identity, verifier, keys }: MlsOptions): Promise<Mls> {
  const suite = await getCiphersuiteImpl(getCiphersuiteFromName(suiteName))
  return {
    suite: {
      ...suite,
      signature: {
        ...suite.signature,
        sign: async (_, message) => identity.sign(message),
        verify: async (publicKey, message, signature) =>
          publicKey.length === 32 && verifier.verify(didFromPublicKey(publicKey), message, signature),
      },
    },
    config: {
      // Commits and proposals of one epoch only: documents are not sent as MLS messages.
      keyRetentionConfig: {
        retainKeysForGenerations: 256,
        retainKeysForEpochs: 1,
        maximumForwardRatchetSteps: 1024,
      },
      lifetimeConfig: {
        maximumTotalLifetime: BigInt(keyPackageLifetimeSeconds + 2 * 24 * 60 * 60),
        validateLifetimeOnReceive: false,
      },
      keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
      paddingConfig: defaultPaddingConfig,
      authService: {
        async validateCredential(credential, signaturePublicKey) {
          try {
            return await isBound(memberOf({ credential, signaturePublicKey }), keys)
          } catch {
            return false
          }
        },
      },
    },
  }
}
