// The fixed DER frames of RFC 8410 around 32 raw bytes.
const pkcs8Prefix = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20)
const spkiPrefix = Uint8Array.of(0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0)

export function pkcs8FromSeed(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  return framed(pkcs8Prefix, seed)
}

export function spkiFromPublicKey(publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  return framed(spkiPrefix, publicKey)
}

function framed(prefix: Uint8Array, key: Uint8Array): Uint8Array<ArrayBuffer> {
  if (key.length !== 32) throw new RangeError('An Ed25519 key has 32 bytes.')
  const der = new Uint8Array(prefix.length + 32)
  der.set(prefix)
  der.set(key, prefix.length)
  return der
}
