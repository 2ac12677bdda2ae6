import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { createKeyStore, createMemoryKeyStore, createVerifier } from '../../../src/identity.ts'
import { keyStoreSuite } from '../../../src/testing/key-store-suite.ts'
import { browserKeyStore } from './browser-key-store.ts'
import { SoftwarePasskeys } from './software-passkeys.ts'
import { temporaryDirectories } from './temporary-directory.ts'

const verifier = createVerifier()
const newDirectory = temporaryDirectories()
/** Argon2id at its cheapest: the suite tests the store, not the cost. */
const passphraseCost = { memoryKiB: 64, iterations: 1 }

keyStoreSuite('memory', {
  create: () => ({ store: createMemoryKeyStore() }),
  protection: 'memory',
  canExport: false,
  verifier,
})

keyStoreSuite('a folder', {
  async create() {
    const directory = await newDirectory()
    const reopen = () => createKeyStore({ directory, passphraseCost })
    return { store: reopen(), reopen }
  },
  protection: 'device',
  canExport: true,
  verifier,
})

keyStoreSuite('a folder under a passphrase', {
  async create() {
    const directory = await newDirectory()
    const reopen = () => createKeyStore({ directory, protection: 'passphrase', passphraseCost })
    return { store: reopen(), reopen }
  },
  protection: 'passphrase',
  canExport: true,
  verifier,
})

keyStoreSuite('IndexedDB', {
  create() {
    const reopen = browserKeyStore({ directory: randomUUID(), protection: 'device' })
    return { store: reopen(), reopen }
  },
  protection: 'device',
  canExport: false,
  verifier,
})

keyStoreSuite('IndexedDB under a passphrase', {
  create() {
    const reopen = browserKeyStore({ directory: randomUUID(), protection: 'passphrase' })
    return { store: reopen(), reopen }
  },
  protection: 'passphrase',
  canExport: true,
  verifier,
})

keyStoreSuite('IndexedDB under a passkey', {
  create() {
    const authenticator = new SoftwarePasskeys()
    const reopen = browserKeyStore({ directory: randomUUID(), protection: 'passkey', authenticator })
    return { store: reopen(), reopen }
  },
  protection: 'passkey',
  canExport: true,
  verifier,
})
