import type { JsonObject, KeySecret } from '../../contracts/index.ts'
import { utf8 } from '../../core/index.ts'
import type { KeyHeader, SealedKey } from './key-record.ts'

/** Makes the keys that other keys are encrypted under. */
export interface WrappingKeySource {
  readonly protection: SealedKey['protection']
  /** A new wrapping key, and what makes it again. @throws {LumosError} `invalid-request`, `unsupported` */
  create(header: KeyHeader, secret: KeySecret): Promise<{ parameters: JsonObject; wrappingKey: CryptoKey }>
  /** @throws {KeyUnavailableError} `wrong-secret`, `damaged`, `cancelled` */
  open(parameters: JsonObject, secret: KeySecret): Promise<CryptoKey>
}

/**
 * AES-256 of a secret, for wrapping only; nobody can export it. Clears `secret`.
 *
 * @param purpose - separates keys of the same secret
 * @see RFC 5869
 */
export async function deriveWrappingKey(
  secret: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  purpose: string,
): Promise<CryptoKey> {
  try {
    const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
    return await crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt, info: utf8.encode(purpose) },
      material,
      { name: 'AES-GCM', length: 256 },
      false,
      ['wrapKey', 'unwrapKey'],
    )
  } finally {
    secret.fill(0)
  }
}
