import { passkeys, randomBytes } from '#platform'
import { type JsonObject, KeyUnavailableError, LumosError } from '../../contracts/index.ts'
import { base64url } from '../../core/index.ts'
import { deriveWrappingKey, type WrappingKeySource } from './wrapping-key.ts'

const purpose = 'lumos-key/1 passkey'

/** Under a secret that only the passkey's authenticator can make, after it verified the person. */
export function passkeyWrapping(authenticator = passkeys()): WrappingKeySource {
  return {
    protection: 'passkey',

    async create({ label }, { signal }) {
      const salt = randomBytes(32)
      const { credentialId, secret } = await present(authenticator).create({ label, salt, signal })
      return {
        parameters: { credentialId: base64url.encode(credentialId), salt: base64url.encode(salt) },
        wrappingKey: await deriveWrappingKey(secret, salt, purpose),
      }
    },

    async open(parameters, { signal }) {
      const { credentialId, salt } = readParameters(parameters)
      const secret = await present(authenticator).evaluate({ credentialId, salt, signal })
      return deriveWrappingKey(secret, salt, purpose)
    },
  }
}

function present<T>(authenticator: T | undefined): T {
  if (authenticator !== undefined) return authenticator
  throw new LumosError('unsupported', 'There are no passkeys here: use a passphrase.')
}

function readParameters({ credentialId, salt, ...rest }: JsonObject) {
  const isAcceptable =
    typeof credentialId === 'string' &&
    credentialId.length <= 1400 &&
    typeof salt === 'string' &&
    salt.length === 43 &&
    Object.keys(rest).length === 0
  if (!isAcceptable) throw new KeyUnavailableError('damaged', 'The key asks for a passkey in an unknown way.')
  return { credentialId: base64url.decode(credentialId), salt: base64url.decode(salt) }
}
