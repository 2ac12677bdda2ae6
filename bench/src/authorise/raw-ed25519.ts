import { generateKeyPairSync, sign, verify } from 'node:crypto'

/** As many bytes as a short delegation signs. */
const message = Buffer.alloc(350, 7)

/** The physical limit: one signature made or checked by OpenSSL, the key imported before. */
export function createRawEd25519() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const signature = sign(null, message, privateKey)
  return {
    sign: async () => {
      sign(null, message, privateKey)
    },
    async verify(times: number) {
      for (let count = 0; count < times; count++) {
        if (!verify(null, message, publicKey, signature)) throw new Error('It does not verify.')
      }
    },
  }
}
