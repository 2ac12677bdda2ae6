import { describe, expect, it } from 'vitest'
import { generateKeyPair } from '../../../src/identity/key-stores/key-pair.ts'
import { KeyProtector } from '../../../src/identity/key-stores/key-protector.ts'
import { passkeyWrapping } from '../../../src/identity/key-stores/passkey-wrapping.ts'
import { passphraseWrapping } from '../../../src/identity/key-stores/passphrase-wrapping.ts'
import { SoftwarePasskeys } from './software-passkeys.ts'

const wrapping = {
  passphrase: passphraseWrapping({ memoryKiB: 64, iterations: 1 }),
  passkey: passkeyWrapping(new SoftwarePasskeys()),
}
const secret = { passphrase: 'correct horse battery' }
const header = { label: 'Mine', createdAt: '2026-01-01T00:00:00.000Z' }

describe.each(['device', 'passphrase', 'passkey'] as const)('a key of protection %s', protection => {
  it('is never extractable where a script could reach it, made or opened', async () => {
    const protector = new KeyProtector({ form: 'structured', protection, wrapping })
    const { record, pair } = await protector.protect(header, generateKeyPair, secret)
    expect(record).toMatchObject({ ...header, protection, did: pair.did })
    expect(pair.privateKey.extractable).toBe(false)
    const again = await protector.reveal(record, secret, 'sign')
    expect(again.privateKey.extractable).toBe(false)
    expect(again.did).toBe(pair.did)
    expect(protector.canExport(record)).toBe(protection !== 'device')
  })
})

it('no wrapping key can be exported', async () => {
  const { wrappingKey, parameters } = await wrapping.passphrase.create(
    { did: 'did:key:z' as never, label: '' },
    secret,
  )
  for (const key of [wrappingKey, await wrapping.passphrase.open(parameters, secret)]) {
    expect(key.extractable).toBe(false)
    expect(key.usages.toSorted()).toEqual(['unwrapKey', 'wrapKey'])
  }
})
