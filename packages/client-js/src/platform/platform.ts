/** An Ed25519 private key that can only sign. */
export interface SigningKey {
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** A public key, imported and ready. False for what does not verify. */
export type SignatureCheck = (bytes: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>

/** What differs between browser and Node. Each module beside this one exports exactly these. */
export interface Platform {
  readonly platformName: 'browser' | 'node'
  generateKey(): Promise<SigningKey>
  /** @param seed - the 32-byte private key of RFC 8032 */
  keyFromSeed(seed: Uint8Array): Promise<SigningKey>
  /** @throws when the platform refuses the key */
  importPublicKey(publicKey: Uint8Array): SignatureCheck | Promise<SignatureCheck>
  randomBytes(length: number): Uint8Array<ArrayBuffer>
  /**
   * The key kept under `name`, made and kept on the first call; of several at once all get the same.
   *
   * Node: a file in `directory`, readable by its owner only. Browser: an IndexedDB record whose private key no
   * script can read; `directory` names the database.
   *
   * @throws {LumosError} `identity-unavailable`
   */
  openStoredKey(options: StoredKeyOptions): Promise<SigningKey>
  /** Calls back when the machine's network comes and goes, where the platform says so; returns how to stop. */
  watchNetwork(listener: (isOnline: boolean) => void): () => void
}

export interface StoredKeyOptions {
  directory: string
  name: string
}
