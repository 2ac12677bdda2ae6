import type { Did } from './ids.ts'

/** Who we are: an Ed25519 key that signs, named by its did:key. The private key never leaves the implementation. */
export interface Identity {
  readonly did: Did
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array
  /** True while it must not act, and signing fails. @default false */
  readonly isLocked?: boolean
  /** Resolves to the 64-byte signature. Synchronous where the platform can. @see RFC 8032 */
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** Checks signatures of anybody. False, never an error, for what does not verify. */
export interface Verifier {
  verify(did: Did, bytes: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>
}
