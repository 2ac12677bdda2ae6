import type { AbortOptions } from './abort-options.ts'

/**
 * Where two devices that share a secret leave each other messages. Nothing in between is trusted: messages are
 * encrypted, and names cannot be guessed.
 */
export interface PairingChannel {
  /**
   * Leaves a message under a name, for a few minutes.
   *
   * @param name - 43 characters of base64url; each is used once
   * @param message - 1 byte to 256 KiB
   * @throws {LumosError} `conflict` when something lies there; `too-large`
   */
  send(name: string, message: Uint8Array, options?: AbortOptions): Promise<void>
  /** Resolves to the message of that name once it is there. */
  receive(name: string, options?: AbortOptions): Promise<Uint8Array>
}

/** Of one message between pairing devices: a DID log at its longest, encrypted. */
export const maxPairingMessageBytes = 256 * 1024
