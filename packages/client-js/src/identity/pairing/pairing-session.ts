import { type JsonObject, LumosError, maxPairingMessageBytes } from '../../contracts/index.ts'
import { base64url, canonicalJson, utf8 } from '../../core/index.ts'
import { sharedSecret } from '../sealing/x25519.ts'
import { decodeBody, encodeBody } from './pairing-body.ts'
import type { PairingHello } from './pairing-hello.ts'
import { offerDigest, type PairingOffer } from './pairing-offer.ts'

/** Who says it. Each side says one thing, so each has a key of its own, used once. */
export type PairingSide = 'new' | 'old'

/** What both devices share once they have heard of each other. */
export interface PairingSession {
  seal(side: PairingSide, body: JsonObject): Promise<Uint8Array>
  /** @throws {LumosError} `invalid-proof` */
  open(side: PairingSide, message: Uint8Array): Promise<JsonObject>
  /**
   * Six digits that are the same on both devices unless somebody stands between them, who has one chance in a million.
   *
   * @param nonce - what the new device had committed itself to
   */
  code(nonce: Uint8Array): Promise<string>
}

export async function openPairingSession(
  privateKey: CryptoKey,
  side: PairingSide,
  { offer, hello }: { offer: PairingOffer; hello: PairingHello },
): Promise<PairingSession> {
  const secret = await sharedSecret(privateKey, side === 'new' ? hello.ephemeral : offer.ephemeral)
  const transcript = await digest({
    offer: await offerDigest(offer),
    device: hello.device,
    person: hello.person,
    ephemeral: base64url.encode(hello.ephemeral),
    nonce: base64url.encode(hello.nonce),
  })
  const derive = (purpose: string, salt = transcript) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt,
    info: utf8.encode(`lumos-pair/1 ${purpose}`),
  })
  const keyOf = (from: PairingSide) => {
    const algorithm = { name: 'AES-GCM', length: 256 }
    return crypto.subtle.deriveKey(derive(`from ${from}`), secret, algorithm, false, ['encrypt', 'decrypt'])
  }
  // Each key encrypts one message.
  const cipher = { name: 'AES-GCM', iv: new Uint8Array(12) }

  return {
    async seal(from, body) {
      const bytes = new Uint8Array(encodeBody(body))
      const sealed = new Uint8Array(await crypto.subtle.encrypt(cipher, await keyOf(from), bytes))
      if (sealed.length <= maxPairingMessageBytes) return sealed
      throw new LumosError('too-large', 'The log of this identity is too long to pair another device.')
    },
    async open(from, message) {
      try {
        const bytes = await crypto.subtle.decrypt(cipher, await keyOf(from), new Uint8Array(message))
        return decodeBody(new Uint8Array(bytes))
      } catch (cause) {
        throw new LumosError('invalid-proof', 'A pairing message was changed, or is not of this pairing.', {
          cause,
        })
      }
    },
    async code(nonce) {
      const salt = await digest({ transcript: base64url.encode(transcript), nonce: base64url.encode(nonce) })
      const bits = await crypto.subtle.deriveBits(derive('code', salt), secret, 64)
      return String(new DataView(bits).getBigUint64(0) % 1_000_000n).padStart(6, '0')
    },
  }
}

async function digest(value: JsonObject): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(canonicalJson(value))))
}
