import { expect, it } from 'vitest'
import { deriveWrappingKey } from '../../src/identity/key-stores/wrapping-key.ts'
import { recoveryIdentityOf } from '../../src/identity/recovery/recovery-key.ts'
import { agreementKeyOfSeed } from '../../src/identity/sealing/x25519.ts'

const cleared = new Uint8Array(32)
const secret = () => new Uint8Array(32).fill(7)

it('the 32 bytes behind recovery words are cleared once their key is made', async () => {
  const entropy = secret()
  const { did } = await recoveryIdentityOf(entropy)
  expect(entropy).toEqual(cleared)
  // Cleared after it was used, not before.
  expect((await recoveryIdentityOf(secret())).did).toBe(did)
  expect((await recoveryIdentityOf(new Uint8Array(32))).did).not.toBe(did)
})

it('the seed of an agreement key is cleared once it is made', async () => {
  const seed = secret()
  const { publicKey } = await agreementKeyOfSeed(seed)
  expect(seed).toEqual(cleared)
  expect((await agreementKeyOfSeed(secret())).publicKey).toEqual(publicKey)
})

it('what a passphrase or passkey gives is cleared once WebCrypto has it, also when it refuses', async () => {
  const salt = new Uint8Array(16)
  const given = secret()
  const key = await deriveWrappingKey(given, salt, 'test')
  expect(given).toEqual(cleared)
  expect(key).toMatchObject({ extractable: false, algorithm: { name: 'AES-GCM', length: 256 } })
  const refused = secret()
  await expect(deriveWrappingKey(refused, 'no salt' as never, 'test')).rejects.toThrow()
  expect(refused).toEqual(cleared)
})

it('a wrapping key is of its secret, its salt and its purpose', async () => {
  const { subtle } = crypto
  const keyToWrap = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt'])
  const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) }
  const wrapped = async (bytes: Uint8Array<ArrayBuffer>, salt: number, purpose: string) => {
    const key = await deriveWrappingKey(bytes, new Uint8Array(16).fill(salt), purpose)
    return Buffer.from(await subtle.wrapKey('raw', keyToWrap, key, algorithm)).toString('hex')
  }
  const [one, same, ...others] = await Promise.all([
    wrapped(secret(), 1, 'a'),
    wrapped(secret(), 1, 'a'),
    wrapped(new Uint8Array(32).fill(8), 1, 'a'),
    wrapped(secret(), 2, 'a'),
    wrapped(secret(), 1, 'b'),
  ])
  expect(same).toBe(one)
  expect(new Set([one, ...others]).size).toBe(4)
})
