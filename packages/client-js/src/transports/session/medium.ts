/** An ordered, reliable pipe of bytes, such as a libp2p stream or a WebSocket. Chunk borders mean nothing. */
export interface Medium {
  /** Hands everything that arrives to `receiver`, also what came before. Called once. */
  open(receiver: MediumReceiver): void
  /**
   * Sends `chunk`, which nobody writes to again. False asks to write no more before the next `onDrain`; what is
   * written all the same is kept and sent later. Does nothing once closed.
   */
  write(chunk: Uint8Array): boolean
  /** Closes both directions: after what was written is sent or, with a `cause`, at once. Idempotent. */
  close(cause?: Error): void
}

export interface MediumReceiver {
  onChunk(chunk: Uint8Array): void
  onDrain(): void
  /** The other end closed, or the medium broke: then with a cause. The last call, and at most one. */
  onClose(cause?: Error): void
}
