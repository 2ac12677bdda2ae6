import type { Did, JsonObject } from '../../contracts/index.ts'

/** The facts of a kept key that are no secret. */
export interface KeyHeader {
  did: Did
  label: string
  createdAt?: string
}

/** A private key encrypted under a wrapping key that `parameters` and a secret make again. */
export interface SealedKey extends KeyHeader {
  protection: 'passphrase' | 'passkey'
  parameters: JsonObject
  /** 12 bytes, fresh for each sealing. */
  nonce: Uint8Array<ArrayBuffer>
  /** The PKCS #8 form, AES-256-GCM; the header without the label is authenticated with it. */
  ciphertext: Uint8Array<ArrayBuffer>
}

/** A key whose medium holds the CryptoKey itself. */
export interface HeldKey extends KeyHeader {
  protection: 'memory' | 'device'
  privateKey: CryptoKey
}

/** A key whose medium holds bytes only: as safe as the medium. */
export interface PlainKey extends KeyHeader {
  protection: 'device'
  pkcs8: Uint8Array<ArrayBuffer>
}

export type KeyRecord = SealedKey | HeldKey | PlainKey
