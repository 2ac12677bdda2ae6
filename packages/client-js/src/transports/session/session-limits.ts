/** What one end of a session grants the other. @see spec/libp2p.md#limits */
export interface SessionLimits {
  /** Largest frame, length prefix included, that is sent or accepted. @default 1 MiB */
  maxFrameBytes: number
  /** Calls under way at once; the answering end refuses further ones with `rate-limited`. @default 256 */
  maxCalls: number
  /** Bytes waiting for a medium whose other end does not read; then the session ends. @default 8 MiB */
  maxQueuedBytes: number
}

export const defaultSessionLimits: SessionLimits = {
  maxFrameBytes: 1_048_576,
  maxCalls: 256,
  maxQueuedBytes: 8_388_608,
}

/** How far a call's events may run ahead of its reader before any `credit` frame. Part of the protocol. */
export const initialCreditBytes = 262_144

/** What an event costs: its payload and a share for keeping it, so that empty events are not free. */
export function eventCost(payload: Uint8Array): number {
  return payload.byteLength + 64
}
