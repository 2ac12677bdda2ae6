import { LumosError } from '../../contracts/index.ts'
import { utf8 } from '../../core/index.ts'
import { type AgreementKey, generateAgreementKey, sharedSecret } from './x25519.ts'

/** Bytes that one key can open: 32 of an ephemeral X25519 key, then AES-256-GCM with its tag of 16. */
export type SealedBox = Uint8Array<ArrayBuffer>

// Each box has a key of its own, so one nonce serves all.
const nonce = new Uint8Array(12)

/**
 * Encrypts for the holder of an X25519 key. The sender stays unnamed: sign what must be known to come from somebody.
 *
 * @param purpose - what the box is for: opens under the same purpose only
 * @see RFC 9180, whose base mode this follows with plain HKDF labels
 */
export async function sealBox(
  plaintext: Uint8Array,
  recipient: Uint8Array,
  purpose: string,
): Promise<SealedBox> {
  const ephemeral = await generateAgreementKey()
  const secret = await sharedSecret(ephemeral.privateKey, recipient)
  const key = await boxKey(secret, ephemeral.publicKey, recipient, purpose)
  const algorithm = { name: 'AES-GCM', iv: nonce }
  const ciphertext = await crypto.subtle.encrypt(algorithm, key, new Uint8Array(plaintext))
  const box = new Uint8Array(32 + ciphertext.byteLength)
  box.set(ephemeral.publicKey)
  box.set(new Uint8Array(ciphertext), 32)
  return box
}

/** @throws {LumosError} `invalid-proof` when it was sealed for another key or purpose, or was changed */
export async function openBox(
  box: Uint8Array,
  recipient: AgreementKey,
  purpose: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const ephemeral = box.slice(0, 32)
    const secret = await sharedSecret(recipient.privateKey, ephemeral)
    const key = await boxKey(secret, ephemeral, recipient.publicKey, purpose)
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, key, new Uint8Array(box.slice(32))),
    )
  } catch (cause) {
    throw new LumosError('invalid-proof', 'This was sealed for somebody else, or was changed on the way.', {
      cause,
    })
  }
}

async function boxKey(
  secret: CryptoKey,
  ephemeral: Uint8Array,
  recipient: Uint8Array,
  purpose: string,
): Promise<CryptoKey> {
  const salt = new Uint8Array(64)
  salt.set(ephemeral)
  salt.set(recipient, 32)
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info: utf8.encode(`lumos-box/1 ${purpose}`) },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}
