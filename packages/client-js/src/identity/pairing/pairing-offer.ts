import { randomBytes } from '#platform'
import { type Did, type Identity, type JsonObject, LumosError } from '../../contracts/index.ts'
import { base64url, canonicalJson, isDid, utf8 } from '../../core/index.ts'
import { isSignedBody, signBody } from '../sealing/signed-body.ts'
import { bytesIn, decodeToken, encodeToken } from '../sealing/token.ts'

const kind = { name: 'lumos-pair/1', maxBytes: 1024 }
/** How long an offer may be good for at most, and how wrong a clock may be. */
const maxLifetimeMs = 15 * 60_000
const skewMs = 60_000
// As in a DID log, where it ends up: no control characters, nothing that turns text around.
const labelPattern = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,64}$/u

/** What a new device shows: who it is, and how to reach it alone. */
export interface PairingOffer {
  device: Did
  /** What the device calls itself. */
  label: string
  /** X25519, 32 bytes, for this pairing only. */
  ephemeral: Uint8Array
  /**
   * SHA-256 of 32 random bytes that it tells once it has heard of the other side. Without them nobody in the middle can
   * look for keys that give both sides the same code.
   */
  commitment: Uint8Array
  /** Names the messages of this pairing; 16 bytes. Who has it can read none of them. */
  rendezvous: Uint8Array
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** The compact text of a link or QR code, signed by the device that it names. */
export async function encodePairingOffer(offer: PairingOffer, device: Identity): Promise<string> {
  const { ephemeral, commitment, rendezvous, expiresAt, label } = offer
  if (!labelPattern.test(label)) {
    throw new LumosError('invalid-request', 'A device’s label has 1 to 64 ordinary characters.')
  }
  const body = {
    device: device.did,
    label,
    ephemeral: base64url.encode(ephemeral),
    commitment: base64url.encode(commitment),
    rendezvous: base64url.encode(rendezvous),
    expiresAt,
  }
  return encodeToken(kind, await signBody(kind.name, body, device))
}

/** @throws {LumosError} `invalid-request`; `invalid-proof` when the device did not sign it */
export async function decodePairingOffer(link: string): Promise<PairingOffer> {
  const token = decodeToken(kind, link)
  const offer = readOffer(token)
  if (await isSignedBody(kind.name, token, offer.device)) return offer
  throw new LumosError('invalid-proof', 'The pairing link was changed on the way: show it again.')
}

/** @throws {LumosError} `deadline-exceeded`; `invalid-request` for an offer good for longer than any should be */
export function assertFresh({ expiresAt }: PairingOffer, now: number): void {
  if (expiresAt <= now)
    throw new LumosError('deadline-exceeded', 'The pairing link has expired: show a new one.')
  if (expiresAt > now + maxLifetimeMs + skewMs) {
    throw new LumosError(
      'invalid-request',
      'The pairing link claims to be good for too long: check both clocks.',
    )
  }
}

/** Where the message `step` of this pairing lies. */
export async function messageName({ rendezvous }: PairingOffer, step: string): Promise<string> {
  return base64url.encode(await sha256({ rendezvous: base64url.encode(rendezvous), step }))
}

export async function offerDigest(offer: PairingOffer): Promise<string> {
  const bytes = (value: Uint8Array) => base64url.encode(value)
  const { ephemeral, commitment, rendezvous } = offer
  return base64url.encode(
    await sha256({
      ...offer,
      ephemeral: bytes(ephemeral),
      commitment: bytes(commitment),
      rendezvous: bytes(rendezvous),
    }),
  )
}

export async function commitmentOf(nonce: Uint8Array): Promise<Uint8Array> {
  return sha256({ nonce: base64url.encode(nonce) })
}

export function newNonce(): Uint8Array<ArrayBuffer> {
  return randomBytes(32)
}

async function sha256(value: JsonObject): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(canonicalJson(value))))
}

function readOffer(token: JsonObject): PairingOffer {
  const { device, label, expiresAt, ephemeral, commitment, rendezvous, signature: _, ...rest } = token
  const isOffer =
    typeof device === 'string' &&
    isDid(device) &&
    typeof label === 'string' &&
    labelPattern.test(label) &&
    Number.isSafeInteger(expiresAt) &&
    Object.keys(rest).length === 0
  if (!isOffer) throw new LumosError('invalid-request', 'This is no pairing link.')
  return {
    device,
    label,
    expiresAt: expiresAt as number,
    ephemeral: bytesIn(kind, ephemeral, 32),
    commitment: bytesIn(kind, commitment, 32),
    rendezvous: bytesIn(kind, rendezvous, 16),
  }
}
