/** As much as one call of `getRandomValues` may give is 65,536 bytes; this is some fifty envelopes' worth. */
const poolBytes = 3072

const hexByByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * Random bytes from the platform's cryptographic generator, which costs as much for one as for thousands. For names
 * that need to be unique, never for keys: bytes lie here a while before they are used.
 */
export class RandomPool {
  readonly #bytes = new Uint8Array(poolBytes)
  #used = poolBytes

  /** @returns an integer from 0 to 255 */
  byte(): number {
    if (this.#used === poolBytes) {
      // Not crypto.randomUUID, which pages on plain HTTP lack.
      crypto.getRandomValues(this.#bytes)
      this.#used = 0
    }
    return this.#bytes[this.#used++] as number
  }

  /** @param byteLength - of which each becomes two digits */
  hex(byteLength: number): string {
    let hex = ''
    for (let count = 0; count < byteLength; count += 1) hex += hexByByte[this.byte()]
    return hex
  }
}
