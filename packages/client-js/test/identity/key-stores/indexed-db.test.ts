import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { didFromPublicKey } from '../../../src/identity.ts'
import { openKeyRecords } from '../../../src/platform/browser.ts'
import { browserKeyStore } from './browser-key-store.ts'
import { SoftwarePasskeys } from './software-passkeys.ts'

const damaged = { code: 'identity-unavailable', problem: 'damaged' }

it('a key of the device is kept as a CryptoKey that nobody can export', async () => {
  const directory = randomUUID()
  await browserKeyStore({ directory, protection: 'device' })().create('me')
  const { privateKey } = (await openKeyRecords(directory).read('me')) as { privateKey: CryptoKey }
  expect(privateKey.extractable).toBe(false)
  for (const format of ['pkcs8', 'jwk'] as const) {
    await expect(crypto.subtle.exportKey(format as 'jwk', privateKey)).rejects.toThrow()
  }
})

it('a key of version 0.10, a bare CryptoKey, opens and can be labelled', async () => {
  const directory = randomUUID()
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  await openKeyRecords(directory).insert('me', { privateKey: pair.privateKey, publicKey })
  const did = didFromPublicKey(publicKey)
  const store = browserKeyStore({ directory, protection: 'device' })
  expect((await store().open('me')).did).toBe(did)
  await store().relabel('me', 'Laptop')
  const facts = { name: 'me', did, label: 'Laptop', protection: 'device', canExport: false }
  expect(await store().list()).toEqual([facts])
  expect((await store().open('me')).isLocked).toBe(false)
})

it.each([null, 7, {}, { did: 'did:key:z6Mk', label: '' }, { privateKey: 7, publicKey: 7 }])(
  'a record that is no key is damaged: %j',
  async value => {
    const directory = randomUUID()
    await openKeyRecords(directory).insert('me', value)
    const store = browserKeyStore({ directory, protection: 'device' })()
    await expect(store.open('me')).rejects.toMatchObject(damaged)
    expect(await store.list()).toEqual([])
  },
)

it('a passkey is asked once to make a key, once to unlock it, and not for its label', async () => {
  const authenticator = new SoftwarePasskeys()
  const directory = randomUUID()
  const open = browserKeyStore({ directory, protection: 'passkey', authenticator })
  await open().create('me')
  expect(authenticator.confirmations).toBe(1)
  const store = open()
  const identity = await store.open('me')
  await store.relabel('me', 'Laptop')
  expect(authenticator.confirmations).toBe(1)
  await identity.unlock()
  expect(authenticator.confirmations).toBe(2)
})

it('a passkey of another authenticator opens nothing', async () => {
  const directory = randomUUID()
  await browserKeyStore({ directory, protection: 'passkey' })().create('me')
  const identity = await browserKeyStore({ directory, protection: 'passkey' })().open('me')
  await expect(identity.unlock()).rejects.toMatchObject({
    code: 'identity-unavailable',
    problem: 'cancelled',
  })
  expect(identity.isLocked).toBe(true)
})

it('a sealed record whose key is another’s is refused though its secret is right', async () => {
  const directory = randomUUID()
  const open = browserKeyStore({ directory, protection: 'passkey', authenticator: new SoftwarePasskeys() })
  await open().create('me')
  await open().create('other')
  const records = openKeyRecords(directory)
  const other = (await records.read('other')) as object
  await records.replace('me', { ...other, did: ((await records.read('me')) as { did: string }).did })
  const identity = await open().open('me')
  await expect(identity.unlock()).rejects.toMatchObject({ problem: 'wrong-secret' })
})
