import type { CreateKeyOptions, KeptIdentity } from '../../contracts/index.ts'
import { createId } from '../../core/index.ts'
import type { WholePlace } from './person-place.ts'

/** Makes this device's key, and takes it back when what it is for comes to nothing. */
export async function withNewDevice<T>(
  { keyStore, name }: WholePlace,
  { label, passphrase, signal }: CreateKeyOptions,
  use: (device: KeptIdentity) => Promise<T>,
): Promise<T> {
  const device = await keyStore.create(`${name}-${createId().slice(-12)}`, { label, passphrase, signal })
  try {
    return await use(device)
  } catch (error) {
    await keyStore.delete(device.name)
    throw error
  }
}
