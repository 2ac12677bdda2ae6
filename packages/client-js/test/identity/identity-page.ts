import { createIdentity, createVerifier, openIdentity } from '@lomusai/client-js/identity'

/** What the spec beside this file calls in the page. */
const calls = {
  async openAtOnce(): Promise<string[]> {
    const options = { directory: 'lumos-test' }
    const identities = await Promise.all([openIdentity(options), openIdentity(options)])
    return identities.map(identity => identity.did)
  },

  async signAndVerify() {
    const [identity, verifier] = [await createIdentity(), createVerifier()]
    const bytes = new TextEncoder().encode('hello')
    const signature = await identity.sign(bytes)
    return {
      own: await verifier.verify(identity.did, bytes, signature),
      forged: await verifier.verify(identity.did, new TextEncoder().encode('hullo'), signature),
    }
  },

  /** Opens the kept key as an attacker's script would, and tries to export it. */
  async stealKey(): Promise<string[]> {
    await openIdentity({ directory: 'lumos-test' })
    const keys: CryptoKey[] = []
    const request = indexedDB.open('lumos-test')
    const database = await settled(request)
    for (const name of database.objectStoreNames) {
      const records: unknown[] = await settled(database.transaction(name).objectStore(name).getAll())
      keys.push(...records.flatMap(privateKeysIn))
    }
    return Promise.all(
      keys.map(key =>
        crypto.subtle.exportKey('pkcs8', key).then(
          () => 'exported',
          (error: DOMException) => error.name,
        ),
      ),
    )
  },
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB refused'))
  })
}

function privateKeysIn(value: unknown): CryptoKey[] {
  if (value instanceof CryptoKey) return value.type === 'private' ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(privateKeysIn) : []
}

export type IdentityCalls = typeof calls
Object.assign(globalThis, { calls })
