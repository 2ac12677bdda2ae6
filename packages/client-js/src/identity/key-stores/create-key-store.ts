import { openKeyRecords } from '#platform'
import type { Clock, KeyStore } from '../../contracts/index.ts'
import { createSystemClock } from '../../core/index.ts'
import { KeyProtector } from './key-protector.ts'
import { memoryKeyRecords } from './memory-key-records.ts'
import { passkeyWrapping } from './passkey-wrapping.ts'
import { type PassphraseCost, passphraseWrapping } from './passphrase-wrapping.ts'
import { RecordKeyStore } from './record-key-store.ts'

export interface KeyStoreOptions {
  /** Node: the folder of the key files, for instance `LUMOS_HOME`. Browser: the IndexedDB database's name. */
  directory: string
  /** How new keys are protected. Kept keys of every kind open. @default 'device' */
  protection?: 'device' | 'passphrase' | 'passkey'
  /** What a guess at the passphrase of a new key or backup costs. */
  passphraseCost?: PassphraseCost
  /** @default the machine's clock */
  clock?: Clock
}

/**
 * Keeps keys on this machine.
 *
 * ```ts
 * const keyStore = createKeyStore({ directory: 'lumos', protection: 'passkey' })
 * const identity = await keyStore.create('me', { label: 'My laptop' })
 * ```
 */
export function createKeyStore(options: KeyStoreOptions): KeyStore {
  const { directory, protection = 'device', passphraseCost, clock = createSystemClock() } = options
  const records = openKeyRecords(directory)
  const wrapping = { passphrase: passphraseWrapping(passphraseCost), passkey: passkeyWrapping() }
  return new RecordKeyStore({
    records,
    protector: new KeyProtector({ form: records.form, protection, wrapping }),
    clock,
  })
}

/** Keeps keys as long as the process or page lives. Nobody can read them out. */
export function createMemoryKeyStore(options: Pick<KeyStoreOptions, 'clock'> = {}): KeyStore {
  const { clock = createSystemClock() } = options
  const records = memoryKeyRecords()
  const wrapping = { passphrase: passphraseWrapping(), passkey: passkeyWrapping() }
  return new RecordKeyStore({
    records,
    protector: new KeyProtector({ form: records.form, protection: 'memory', wrapping }),
    clock,
  })
}
