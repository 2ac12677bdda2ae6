import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/core/index.ts'
import { decodeKeyDocument } from '../../../src/identity/key-stores/key-document.ts'
import { createKeyStore, createVerifier, identityFromSeed, openIdentity } from '../../../src/identity.ts'
import { temporaryDirectories } from './temporary-directory.ts'

const passphrase = 'correct horse battery'
const passphraseCost = { memoryKiB: 64, iterations: 1 }
const newDirectory = temporaryDirectories()

let directory: string
beforeEach(async () => {
  directory = await newDirectory()
})

const pathOf = (name: string) => join(directory, `${name}.key`)
const store = () => createKeyStore({ directory, protection: 'passphrase', passphraseCost })
const damaged = { name: 'KeyUnavailableError', code: 'identity-unavailable', problem: 'damaged' }

describe('a key file under a passphrase', () => {
  let text: string
  let document: Record<string, unknown>
  beforeAll(async () => {
    directory = await newDirectory()
    await store().create('me', { passphrase, label: 'Mine' })
    text = await readFile(pathOf('me'), 'utf8')
    document = JSON.parse(text)
  })

  /** As somebody would who knows the format, checksum and all. */
  const forge = (change: Record<string, unknown>) => {
    const { checksum: _, ...body } = { ...document, ...change }
    const checksum = createHash('sha256').update(canonicalJson(body)).digest('base64url')
    return canonicalJson({ ...body, checksum })
  }
  const unlocking = async (content: string | Uint8Array) => {
    await writeFile(pathOf('me'), content, { mode: 0o600 })
    const identity = await store().open('me')
    return identity.unlock({ passphrase })
  }

  it('is canonical JSON with a versioned header; the key and the passphrase are not in it', async () => {
    expect(text).toBe(canonicalJson(document))
    expect(document).toMatchObject({
      format: 'lumos-key/1',
      label: 'Mine',
      protection: 'passphrase',
      parameters: { kdf: 'argon2id', memoryKiB: 64, iterations: 1, parallelism: 1 },
    })
    expect(Object.keys(document).sort()).toEqual([
      'checksum',
      'ciphertext',
      'createdAt',
      'did',
      'format',
      'label',
      'nonce',
      'parameters',
      'protection',
    ])
    expect(text).not.toContain(passphrase)
    await expect(unlocking(text)).resolves.toBeUndefined()
  })

  it('costs 64 MiB and three passes a guess unless told otherwise', async () => {
    await createKeyStore({ directory, protection: 'passphrase' }).create('me', { passphrase })
    const { parameters } = JSON.parse(await readFile(pathOf('me'), 'utf8'))
    expect(parameters).toMatchObject({ kdf: 'argon2id', memoryKiB: 65536, iterations: 3, parallelism: 1 })
  })

  it('is damaged when any one byte is another one', async () => {
    const bytes = Buffer.from(text)
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8))
      await expect(decodeKeyDocument(new Uint8Array(changed))).rejects.toMatchObject(damaged)
    }
    expect(bytes.length).toBeGreaterThan(400)
  })

  it('stays as it is when it is damaged: not opened, not listed, not replaced', async () => {
    const content = text.replace('argon2id', 'argon2ie')
    await writeFile(pathOf('me'), content, { mode: 0o600 })
    const keys = store()
    await expect(keys.open('me')).rejects.toMatchObject(damaged)
    await expect(keys.relabel('me', 'Yours')).rejects.toMatchObject(damaged)
    await expect(keys.create('me', { passphrase })).rejects.toMatchObject({ code: 'conflict' })
    expect(await keys.list()).toEqual([])
    expect(await readFile(pathOf('me'), 'utf8')).toBe(content)
  })

  it.each([0, 1, 31, 32, 33, 100, 400])(
    'is not mistaken for a key when only %i bytes are left',
    async length => {
      await writeFile(pathOf('me'), text.slice(0, length), { mode: 0o600 })
      const did = await store()
        .open('me')
        .then(
          identity => identity.did,
          error => error.problem,
        )
      // 32 bytes are a key of version 0.10, whatever they say; it is not this one.
      expect(did).not.toBe(document.did)
      if (length !== 32) expect(did).toBe('damaged')
    },
  )

  it('opens nothing when its header was changed with a new checksum, but for the label', async () => {
    const other = await identityFromSeed(randomBytes(32))
    const parameters = document.parameters as Record<string, unknown>
    const wrong = { code: 'identity-unavailable', problem: 'wrong-secret' }
    for (const change of [
      { did: other.did },
      { createdAt: '2020-01-01T00:00:00.000Z' },
      { parameters: { ...parameters, iterations: 2 } },
      { parameters: { ...parameters, salt: randomBytes(16).toString('base64url') } },
      { nonce: randomBytes(12).toString('base64url') },
      { ciphertext: randomBytes(64).toString('base64url') },
      { ciphertext: '' },
    ]) {
      await expect(unlocking(forge(change))).rejects.toMatchObject(wrong)
    }
    await expect(unlocking(forge({ label: 'Yours' }))).resolves.toBeUndefined()
  })

  it('is damaged when it asks for what no key needs', async () => {
    const parameters = document.parameters as Record<string, unknown>
    for (const change of [
      { memoryKiB: 4 * 1024 * 1024 },
      { memoryKiB: 7 },
      { memoryKiB: 64.5 },
      { iterations: 17 },
      { iterations: 0 },
      { parallelism: 2 },
      { kdf: 'scrypt' },
      { salt: '' },
      { salt: 7 },
      { more: true },
    ]) {
      const content = forge({ parameters: { ...parameters, ...change } })
      await expect(unlocking(content)).rejects.toMatchObject(damaged)
    }
  })

  it('is damaged when its parts are of another kind', async () => {
    for (const change of [
      { format: 'lumos-key/2' },
      { did: 'did:web:example.com' },
      { did: 7 },
      { label: null },
      { createdAt: 7 },
      { protection: 'none' },
      { parameters: 'argon2id' },
      { nonce: 'AAAA' },
      { nonce: 7 },
      { ciphertext: '*' },
      { more: true },
    ]) {
      await expect(unlocking(forge(change))).rejects.toMatchObject(damaged)
    }
    await expect(unlocking('[]')).rejects.toMatchObject(damaged)
    await expect(unlocking(`{"format":"lumos-key/1"${' '.repeat(9000)}}`)).rejects.toMatchObject(damaged)
  })

  it('asks for a passkey in vain where there are none, and does not mistake one for damage', async () => {
    const passkey = { credentialId: 'AAAA', salt: randomBytes(32).toString('base64url') }
    const forged = forge({ protection: 'passkey', parameters: passkey })
    await expect(unlocking(forged)).rejects.toMatchObject({ code: 'unsupported' })
    const none = forge({ protection: 'passkey', parameters: { ...passkey, salt: 'AAAA' } })
    await expect(unlocking(none)).rejects.toMatchObject(damaged)
  })

  it('as a backup of arbitrary text is damaged, never another failure', async () => {
    const keys = store()
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.constant(text).map(t => t.slice(1)),
        ),
        async backup => {
          const importing = keys.import('copy', backup, { passphrase, backupPassphrase: passphrase })
          await expect(importing).rejects.toMatchObject(damaged)
        },
      ),
      { numRuns: 300 },
    )
    expect(await readdir(directory)).toEqual([])
  })
})

describe('a key file without a passphrase', () => {
  it('is the same format with the key in it, and any damage to it is seen', async () => {
    const { did } = await openIdentity({ directory })
    const bytes = await readFile(pathOf('identity'))
    expect(JSON.parse(bytes.toString())).toMatchObject({ format: 'lumos-key/1', did, protection: 'device' })
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ 1
      await expect(decodeKeyDocument(new Uint8Array(changed))).rejects.toMatchObject(damaged)
    }
    const cut = bytes.subarray(0, 100)
    await writeFile(pathOf('identity'), cut)
    await expect(openIdentity({ directory })).rejects.toMatchObject(damaged)
    expect(await readFile(pathOf('identity'))).toEqual(cut)
  })

  it('of version 0.10, a bare seed, opens and can be labelled', async () => {
    const seed = randomBytes(32)
    const { did } = await identityFromSeed(seed)
    await writeFile(pathOf('identity'), seed, { mode: 0o600 })
    expect((await openIdentity({ directory })).did).toBe(did)
    expect(new Uint8Array(await readFile(pathOf('identity')))).toEqual(new Uint8Array(seed))
    const keys = createKeyStore({ directory })
    expect(await keys.list()).toEqual([
      { name: 'identity', did, label: 'identity', protection: 'device', canExport: true },
    ])
    await keys.relabel('identity', 'Server')
    expect(await createKeyStore({ directory }).list()).toMatchObject([{ did, label: 'Server' }])
    expect((await openIdentity({ directory })).did).toBe(did)
  })

  it('that names another key than it holds is refused', async () => {
    await openIdentity({ directory })
    const { checksum: _, ...body } = JSON.parse(await readFile(pathOf('identity'), 'utf8'))
    body.did = (await identityFromSeed(randomBytes(32))).did
    const checksum = createHash('sha256').update(canonicalJson(body)).digest('base64url')
    await writeFile(pathOf('identity'), canonicalJson({ ...body, checksum }))
    await expect(openIdentity({ directory })).rejects.toMatchObject(damaged)
  })

  it.each([31, 33])('is refused, not replaced, when it is a bare seed of %i bytes', async length => {
    const content = Buffer.alloc(length, 7)
    await writeFile(pathOf('identity'), content, { mode: 0o600 })
    await expect(openIdentity({ directory })).rejects.toMatchObject(damaged)
    expect(await readFile(pathOf('identity'))).toEqual(content)
  })
})

it('keys of every protection open in one store, which protects new ones its own way', async () => {
  await openIdentity({ directory })
  await openIdentity({ directory, name: 'safe', passphrase, passphraseCost })
  const keys = createKeyStore({ directory })
  expect(await keys.list()).toMatchObject([{ protection: 'device' }, { protection: 'passphrase' }])
  expect([(await keys.open('identity')).isLocked, (await keys.open('safe')).isLocked]).toEqual([false, true])
})

it('an identity opened with a passphrase opens with that one only', async () => {
  const options = { directory, passphrase, passphraseCost }
  const first = await openIdentity(options)
  expect((await openIdentity(options)).did).toBe(first.did)
  const wrong = openIdentity({ ...options, passphrase: 'correct horse' })
  await expect(wrong).rejects.toMatchObject({ code: 'identity-unavailable', problem: 'wrong-secret' })
  await expect(openIdentity({ directory })).rejects.toMatchObject({ problem: 'locked' })
})

it('a key moves from a folder to one under a passphrase by its backup', async () => {
  const { did } = await openIdentity({ directory })
  const backup = await createKeyStore({ directory, passphraseCost }).export('identity', {
    backupPassphrase: passphrase,
  })
  const safe = createKeyStore({ directory: await newDirectory(), protection: 'passphrase', passphraseCost })
  const moved = await safe.import('me', `\n${backup}\n`, {
    backupPassphrase: passphrase,
    passphrase: 'another one',
  })
  expect(moved.did).toBe(did)
  const message = randomBytes(10)
  expect(await createVerifier().verify(did, message, await moved.sign(message))).toBe(true)
  expect(await safe.list()).toMatchObject([{ label: 'identity', protection: 'passphrase' }])
})
