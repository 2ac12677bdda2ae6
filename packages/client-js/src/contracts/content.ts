import type { AbortOptions } from './abort-options.ts'
import type { ContentId } from './ids.ts'

/** A block may have this many bytes at most: what IPFS nodes exchange. @see Bitswap 1.2.0 */
export const maxBlockBytes = 2 * 2 ** 20

/**
 * Blocks by the hash of their bytes. What was written half, or was damaged since, is never given out.
 *
 * @throws {LumosError} `storage-failed`; `invalid-request` for what is no {@link ContentId}
 */
export interface ContentStore {
  /**
   * Durable when it resolves. Writing what is there is fine.
   *
   * @throws {LumosError} `invalid-request` when `bytes` are not what `cid` names; `too-large`
   */
  put(cid: ContentId, bytes: Uint8Array, options?: AbortOptions): Promise<void>
  /** The bytes, checked. Undefined when they are not here, or were damaged: those are deleted, to be fetched again. */
  get(cid: ContentId, options?: AbortOptions): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Whether a block of that name is here. Its bytes are not read: only `get` knows that they are whole. */
  has(cid: ContentId, options?: AbortOptions): Promise<boolean>
  /** Deleting what is not there is fine. */
  delete(cid: ContentId, options?: AbortOptions): Promise<void>
  /** In no order. */
  list(options?: AbortOptions): AsyncIterable<{ cid: ContentId; sizeBytes: number }>
}

/** Somewhere blocks come from: a server, a mirror, the hub, a peer. Nobody believes it: who fetches checks the hash. */
export interface ContentSource {
  /** For people and logs, without secrets. */
  readonly name: string
  /**
   * The bytes as the source says, unchecked, {@link maxBlockBytes} at most. Undefined when it does not have them.
   *
   * @throws {LumosError} `dial-failed`, `connection-lost`, `forbidden`, `too-large`
   */
  fetch(cid: ContentId, options?: AbortOptions): Promise<Uint8Array | undefined>
}

export interface TransferProgress {
  /** Bytes that came, and those that were here already. */
  loadedBytes: number
  totalBytes: number
  /** Of what came in this transfer; 0 before the first block. */
  bytesPerSecond: number
}

export interface TransferOptions extends AbortOptions {
  onProgress?: (progress: TransferProgress) => void
}
