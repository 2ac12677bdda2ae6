import { openStoredKey } from '#platform'
import type { Identity } from '../contracts/index.ts'
import { identityFromKey } from './create-identity.ts'

export interface OpenIdentityOptions {
  /** Node: the folder that keeps the key file, for instance `LUMOS_HOME`. Browser: the IndexedDB database's name. */
  directory: string
  /** One of several identities kept in one place. @default 'identity' */
  name?: string
}

/**
 * The identity kept on this machine, made on the first call. In the browser no script can read its private key;
 * in Node only its owner can read the file.
 *
 * @throws {LumosError} `identity-unavailable` when the key cannot be read, kept or trusted
 */
export async function openIdentity(options: OpenIdentityOptions): Promise<Identity> {
  const { directory, name = 'identity' } = options
  return identityFromKey(await openStoredKey({ directory, name }))
}
