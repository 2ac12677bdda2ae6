import { describe, expect, it } from 'vitest'
import { openBox, sealBox } from '../../../src/identity/sealing/sealed-box.ts'
import {
  agreementKeyOfSeed,
  generateAgreementKey,
  sharedSecret,
} from '../../../src/identity/sealing/x25519.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const bits = async (material: CryptoKey) =>
  crypto.subtle.deriveBits(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new Uint8Array() },
    material,
    256,
  )

it('agreement keys are those of RFC 7748 section 6.1', async () => {
  const alice = await agreementKeyOfSeed(
    hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'),
  )
  const bob = await agreementKeyOfSeed(
    hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'),
  )
  expect(alice.publicKey).toEqual(hex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'))
  expect(bob.publicKey).toEqual(hex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'))
  const secret = hex('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742')
  const expected = await bits(await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']))
  expect(await bits(await sharedSecret(alice.privateKey, bob.publicKey))).toEqual(expected)
})

describe('a sealed box', () => {
  const plaintext = new TextEncoder().encode('for your eyes only')

  it('opens for its recipient and purpose only', async () => {
    const [recipient, other] = [await generateAgreementKey(), await generateAgreementKey()]
    const box = await sealBox(plaintext, recipient.publicKey, 'test')
    expect(await openBox(box, recipient, 'test')).toEqual(plaintext)
    const refusal = { code: 'invalid-proof' }
    await expect(openBox(box, other, 'test')).rejects.toMatchObject(refusal)
    await expect(openBox(box, recipient, 'another')).rejects.toMatchObject(refusal)
  })

  it('that was sealed long ago opens still, whatever becomes of the code', async () => {
    const recipient = await agreementKeyOfSeed(new Uint8Array(32).fill(7))
    const box = hex(
      '5c4154e16cabddb2ec124f9b3bcbdff39f9c77c0bf69819d5d03e63e2c921424f5bd0c75f7a09289258ed6e0d4e8f5bc7f3e602d23b76c',
    )
    expect(await openBox(box, recipient, 'test/1')).toEqual(new TextEncoder().encode('for you'))
  })

  it('does not open when any bit is another, or a byte is missing', async () => {
    const recipient = await generateAgreementKey()
    const box = await sealBox(plaintext, recipient.publicKey, 'test')
    const refusal = { code: 'invalid-proof' }
    for (let bit = 0; bit < box.length * 8; bit += 3) {
      const changed = box.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await expect(openBox(changed, recipient, 'test')).rejects.toMatchObject(refusal)
    }
    for (const length of [0, 31, 32, 47, box.length - 1]) {
      await expect(openBox(box.slice(0, length), recipient, 'test')).rejects.toMatchObject(refusal)
    }
  })

  it('is another one each time', async () => {
    const { publicKey } = await generateAgreementKey()
    const [a, b] = [await sealBox(plaintext, publicKey, 'test'), await sealBox(plaintext, publicKey, 'test')]
    expect(a.slice(0, 32)).not.toEqual(b.slice(0, 32))
    expect(a.slice(32)).not.toEqual(b.slice(32))
  })
})

it('both sides reach one secret, and nobody reaches one with a point of small order', async () => {
  const [a, b] = [await generateAgreementKey(), await generateAgreementKey()]
  const one = await bits(await sharedSecret(a.privateKey, b.publicKey))
  expect(await bits(await sharedSecret(b.privateKey, a.publicKey))).toEqual(one)
  const smallOrder = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ]
  for (const point of smallOrder) {
    await expect(sharedSecret(a.privateKey, hex(point))).rejects.toMatchObject({ code: 'invalid-request' })
  }
  await expect(sharedSecret(a.privateKey, new Uint8Array(31))).rejects.toMatchObject({
    code: 'invalid-request',
  })
})

it('no key that agrees can be exported', async () => {
  for (const { privateKey } of [
    await generateAgreementKey(),
    await agreementKeyOfSeed(new Uint8Array(32).fill(7)),
  ]) {
    await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow()
  }
})
