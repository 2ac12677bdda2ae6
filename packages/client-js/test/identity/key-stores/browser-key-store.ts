import { createSystemClock } from '../../../src/core/index.ts'
import { KeyProtector } from '../../../src/identity/key-stores/key-protector.ts'
import { passkeyWrapping } from '../../../src/identity/key-stores/passkey-wrapping.ts'
import { passphraseWrapping } from '../../../src/identity/key-stores/passphrase-wrapping.ts'
import { RecordKeyStore } from '../../../src/identity/key-stores/record-key-store.ts'
import { openKeyRecords } from '../../../src/platform/browser.ts'
import { SoftwarePasskeys } from './software-passkeys.ts'

/** What `createKeyStore` makes in a page, over an IndexedDB and an authenticator in this process. */
export function browserKeyStore(options: {
  directory: string
  protection: 'device' | 'passphrase' | 'passkey'
  authenticator?: SoftwarePasskeys
}): () => RecordKeyStore {
  const { directory, protection, authenticator = new SoftwarePasskeys() } = options
  const wrapping = {
    passphrase: passphraseWrapping({ memoryKiB: 64, iterations: 1 }),
    passkey: passkeyWrapping(authenticator),
  }
  return () => {
    const records = openKeyRecords(directory)
    const protector = new KeyProtector({ form: records.form, protection, wrapping })
    return new RecordKeyStore({ records, protector, clock: createSystemClock() })
  }
}
