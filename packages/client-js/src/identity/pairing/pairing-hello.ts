import {
  type Did,
  type Identity,
  type JsonObject,
  type JsonValue,
  LumosError,
} from '../../contracts/index.ts'
import { base64url, isDid } from '../../core/index.ts'
import { isLumosDid, type LumosDid } from '../did-log/index.ts'
import { openBox, sealBox } from '../sealing/sealed-box.ts'
import { isSignedBody, signBody } from '../sealing/signed-body.ts'
import type { AgreementKey } from '../sealing/x25519.ts'
import { decodeBody, encodeBody } from './pairing-body.ts'
import { offerDigest, type PairingOffer } from './pairing-offer.ts'

const purpose = 'lumos-pair/1 hello'

/** What the old device answers an offer with: who it is, for whom it speaks, and a key for this pairing only. */
export interface PairingHello {
  device: Did
  person: LumosDid
  ephemeral: Uint8Array
  nonce: Uint8Array
}

/** Sealed for the new device alone, signed by the old one, bound to the offer. */
export async function encodeHello(
  hello: PairingHello,
  offer: PairingOffer,
  device: Identity,
): Promise<Uint8Array> {
  const body = {
    offer: await offerDigest(offer),
    device: hello.device,
    person: hello.person,
    ephemeral: base64url.encode(hello.ephemeral),
    nonce: base64url.encode(hello.nonce),
  }
  return sealBox(encodeBody(await signBody(purpose, body, device)), offer.ephemeral, purpose)
}

/** @throws {LumosError} `invalid-proof` for anything that does not answer this offer */
export async function decodeHello(
  message: Uint8Array,
  offer: PairingOffer,
  ephemeral: AgreementKey,
): Promise<PairingHello> {
  const signed = await openHello(message, ephemeral)
  const { device, person } = signed
  const isAnswer = signed.offer === (await offerDigest(offer)) && typeof device === 'string' && isDid(device)
  if (!isAnswer || !isLumosDid(person) || !(await isSignedBody(purpose, signed, device))) throw notOurs()
  const [own, nonce] = [bytesOf(signed.ephemeral), bytesOf(signed.nonce)]
  return { device, person, ephemeral: own, nonce }
}

async function openHello(message: Uint8Array, ephemeral: AgreementKey): Promise<JsonObject> {
  try {
    return decodeBody(await openBox(message, ephemeral, purpose))
  } catch (cause) {
    throw notOurs(cause)
  }
}

function bytesOf(value: JsonValue | undefined): Uint8Array {
  try {
    const bytes = base64url.decode(String(value))
    if (bytes.length === 32) return bytes
  } catch {
    // Said below.
  }
  throw notOurs()
}

function notOurs(cause?: unknown): LumosError {
  return new LumosError('invalid-proof', 'The other device’s answer is not for this pairing.', { cause })
}
