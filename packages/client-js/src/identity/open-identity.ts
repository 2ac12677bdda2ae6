import { isLumosError, type KeptIdentity } from '../contracts/index.ts'
import { createKeyStore, type PassphraseCost } from './key-stores/index.ts'

export interface OpenIdentityOptions {
  /** Node: the folder that keeps the key file, for instance `LUMOS_HOME`. Browser: the IndexedDB database's name. */
  directory: string
  /** One of several identities kept in one place. @default 'identity' */
  name?: string
  /** Opens, or closes at first, a key under a passphrase. @default a key of the device */
  passphrase?: string
  passphraseCost?: PassphraseCost
}

/**
 * The identity kept on this machine, made on the first call: of several callers at once all get the same. In the
 * browser no script can read its private key; in Node only its owner can read the file.
 *
 * @throws {LumosError} `identity-unavailable` when the key cannot be read, kept or trusted
 */
export async function openIdentity(options: OpenIdentityOptions): Promise<KeptIdentity> {
  const { directory, name = 'identity', passphrase, passphraseCost } = options
  const protection = passphrase === undefined ? 'device' : 'passphrase'
  const keyStore = createKeyStore({ directory, protection, ...(passphraseCost && { passphraseCost }) })
  const open = async () => {
    const identity = await keyStore.open(name)
    await identity.unlock({ passphrase })
    return identity
  }
  return open()
    .catch(unless('not-found', () => keyStore.create(name, { passphrase })))
    .catch(unless('conflict', open))
}

/** Another way on after a refusal of this code. */
function unless<T>(code: string, otherwise: () => Promise<T>): (error: unknown) => Promise<T> {
  return error => {
    if (isLumosError(error) && error.code === code) return otherwise()
    throw error
  }
}
