import { asCrypto, defaultCrypto, nodeCrypto } from '@libp2p/noise/crypto'

/**
 * Up to this size WebAssembly is used rather than node:crypto, whose ciphers are costly to set up: for a message now
 * and then some 50 µs, where a loop that is warm shows 6. The package's own limit, 1200 bytes, is below a request.
 */
const maxWasmBytes = 4096

/** The ciphers of Noise for the message sizes we have. */
export const noiseCrypto: typeof defaultCrypto = {
  ...defaultCrypto,
  chaCha20Poly1305Encrypt: (plaintext, ...rest) =>
    (plaintext.byteLength <= maxWasmBytes ? asCrypto : nodeCrypto).chaCha20Poly1305Encrypt(
      plaintext,
      ...rest,
    ),
  chaCha20Poly1305Decrypt: (ciphertext, ...rest) =>
    (ciphertext.byteLength <= maxWasmBytes ? asCrypto : nodeCrypto).chaCha20Poly1305Decrypt(
      ciphertext,
      ...rest,
    ),
}
