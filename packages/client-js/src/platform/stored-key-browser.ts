import type { DBSchema, IDBPDatabase } from 'idb'
import { LumosError } from '../contracts/index.ts'
import { signingKey } from './ed25519-browser.ts'
import type { Platform } from './platform.ts'

interface KeyDatabase extends DBSchema {
  keys: { key: string; value: { privateKey: CryptoKey; publicKey: Uint8Array } }
}

/** IndexedDB stores the CryptoKey itself, so that the private key never exists as bytes a script could read. */
export const openStoredKey: Platform['openStoredKey'] = async ({ directory, name }) => {
  try {
    // Loaded on use: it would be the largest part of a client that keeps no key.
    const { openDB } = await import('idb')
    const database = await openDB<KeyDatabase>(directory, 1, {
      upgrade: fresh => {
        fresh.createObjectStore('keys')
      },
    })
    try {
      const record = (await database.get('keys', name)) ?? (await keepNewKey(database, name))
      return signingKey(record.privateKey, record.publicKey)
    } finally {
      database.close()
    }
  } catch (cause) {
    throw new LumosError(
      'identity-unavailable',
      `The key "${name}" in the database "${directory}" is unavailable; private windows may forbid keeping one.`,
      { cause },
    )
  }
}

async function keepNewKey(database: IDBPDatabase<KeyDatabase>, name: string) {
  // Made before the transaction, which would close while waiting for it.
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' })
  const winner = await transaction.store.get(name)
  const record = winner ?? { privateKey: pair.privateKey, publicKey }
  if (winner === undefined) await transaction.store.put(record, name)
  await transaction.done
  return record
}
