import type { DBSchema, IDBPDatabase } from 'idb'
import { isLumosError, KeyUnavailableError } from '../contracts/index.ts'
import type { KeyRecords, Platform } from './platform.ts'

interface KeyDatabase extends DBSchema {
  keys: { key: string; value: unknown }
}

/** IndexedDB stores a CryptoKey itself, so that the private key never exists as bytes a script could read. */
export const openKeyRecords: Platform['openKeyRecords'] = directory => {
  const run = <T>(work: (database: IDBPDatabase<KeyDatabase>) => Promise<T>) => withDatabase(directory, work)
  return {
    form: 'structured',
    names: () => run(database => database.getAllKeys('keys')),
    read: name => run(database => database.get('keys', name)),
    insert: (name, value) => run(database => insert(database, name, value)),
    replace: (name, value) =>
      run(async database => {
        const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' })
        await transaction.store.put(value, name)
        await transaction.done
      }),
    delete: name => run(database => database.delete('keys', name)),
  } satisfies KeyRecords
}

async function insert(database: IDBPDatabase<KeyDatabase>, name: string, value: unknown): Promise<boolean> {
  const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' })
  const isFree = (await transaction.store.getKey(name)) === undefined
  if (isFree) await transaction.store.add(value, name)
  await transaction.done
  return isFree
}

/** Opened for each use: keys are read once per visit, and an open database would stand in the way of deleting it. */
async function withDatabase<T>(
  directory: string,
  work: (database: IDBPDatabase<KeyDatabase>) => Promise<T>,
): Promise<T> {
  try {
    // Loaded on use: it would be the largest part of a client that keeps no key.
    const { openDB } = await import('idb')
    const database = await openDB<KeyDatabase>(directory, 1, {
      upgrade: fresh => {
        fresh.createObjectStore('keys')
      },
    })
    try {
      return await work(database)
    } finally {
      database.close()
    }
  } catch (cause) {
    if (isLumosError(cause)) throw cause
    throw new KeyUnavailableError(
      'unreadable',
      `The keys in the database "${directory}" are unavailable; private windows may forbid keeping any.`,
      { cause },
    )
  }
}
