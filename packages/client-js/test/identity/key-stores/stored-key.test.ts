import { describe, expect, it } from 'vitest'
import { generateKeyPair } from '../../../src/identity/key-stores/key-pair.ts'
import { passkeyWrapping } from '../../../src/identity/key-stores/passkey-wrapping.ts'
import { passphraseWrapping } from '../../../src/identity/key-stores/passphrase-wrapping.ts'
import { keyOfStoredValue } from '../../../src/identity/key-stores/stored-key.ts'
import { createIdentity } from '../../../src/identity.ts'
import { SoftwarePasskeys } from './software-passkeys.ts'

const damaged = { name: 'KeyUnavailableError', code: 'identity-unavailable', problem: 'damaged' }
const passphrase = '12345678'

describe('a value that a browser kept', () => {
  it('is a key when it holds one, or one that is closed', async () => {
    const { did, privateKey } = await generateKeyPair(false)
    const held = { did, label: 'Mine', protection: 'device', privateKey }
    const closed = {
      did,
      label: '',
      protection: 'passkey',
      parameters: {},
      nonce: new Uint8Array(12),
      ciphertext: new Uint8Array(64),
    }
    for (const value of [held, closed]) expect(await keyOfStoredValue(value, 'me')).toBe(value)
    const wrong = { ...held, privateKey: { type: 'private' } }
    for (const value of [
      ...[{ did: 'did:key:z' }, { did: 5 }, { label: 5 }, { label: undefined }].flatMap(change => [
        { ...held, ...change },
        { ...closed, ...change },
      ]),
      { ...closed, protection: 'none' },
      { ...closed, protection: undefined },
      { ...closed, ciphertext: 'AAAA' },
      { ...closed, ciphertext: undefined },
      { did, label: 'Mine', protection: 'passkey', ciphertext: closed.ciphertext },
      { did, label: 'Mine', protection: 'passkey', parameters: {} },
      { did, label: 'Mine', protection: 'device' },
      wrong,
      {},
      null,
      undefined,
      'key',
      5,
    ]) {
      await expect(keyOfStoredValue(value, 'me'), JSON.stringify(value)).rejects.toMatchObject(damaged)
    }
  })

  it('of version 0.10 is the bare key with its public half', async () => {
    const { did, publicKey } = await createIdentity()
    const { privateKey } = await generateKeyPair(false)
    expect(await keyOfStoredValue({ privateKey, publicKey }, 'me')).toEqual({
      did,
      label: 'me',
      protection: 'device',
      privateKey,
    })
    for (const value of [
      { privateKey },
      { publicKey },
      { privateKey, publicKey: 'x' },
      { privateKey: {}, publicKey },
    ]) {
      const refusal = { ...damaged, message: expect.stringContaining('"me"') }
      await expect(keyOfStoredValue(value, 'me')).rejects.toMatchObject(refusal)
    }
  })
})

describe('what makes a wrapping key again', () => {
  const header = { did: 'did:key:z' as never, label: 'Mine' }

  it('is a passkey and a salt, and nothing else', async () => {
    const authenticator = new SoftwarePasskeys()
    const wrapping = passkeyWrapping(authenticator)
    expect(wrapping.protection).toBe('passkey')
    const { parameters } = await wrapping.create(header, {})
    await expect(wrapping.open(parameters, {})).resolves.toBeDefined()
    const asked = authenticator.confirmations
    for (const change of [
      { credentialId: 5 },
      { credentialId: null },
      { credentialId: 'A'.repeat(1404) },
      { salt: 5 },
      { salt: ['A'.repeat(43)] },
      { salt: 'A'.repeat(42) },
      { more: 1 },
    ]) {
      const opening = wrapping.open({ ...parameters, ...change }, {})
      await expect(opening).rejects.toMatchObject({ ...damaged, message: expect.stringContaining('passkey') })
    }
    expect(authenticator.confirmations).toBe(asked)
    const longest = wrapping.open({ ...parameters, credentialId: 'A'.repeat(1400) }, {})
    await expect(longest).rejects.toMatchObject({ problem: 'cancelled' })
  })

  it('is a passphrase of eight characters or more, and up to sixteen passes', async () => {
    const wrapping = passphraseWrapping({ memoryKiB: 8, iterations: 16 })
    expect(wrapping.protection).toBe('passphrase')
    const { parameters } = await wrapping.create(header, { passphrase })
    await expect(wrapping.open(parameters, { passphrase })).resolves.toBeDefined()
    for (const change of [{ iterations: 17 }, { memoryKiB: 1024 * 1024 + 1 }, { salt: ['A'.repeat(22)] }]) {
      const opening = wrapping.open({ ...parameters, ...change }, { passphrase })
      await expect(opening).rejects.toMatchObject({
        ...damaged,
        message: expect.stringContaining('passphrase'),
      })
    }
  })
})
