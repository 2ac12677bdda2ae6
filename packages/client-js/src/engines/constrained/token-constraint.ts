/** Keeps an answer inside a grammar, token by token. */
export interface TokenConstraint {
  /** Makes tokens that cannot come next impossible: their logits become -Infinity, in place. */
  mask(logits: Float32Array): Promise<void>
  /** The token was chosen. */
  accept(id: number): void
  /** Frees the matcher. Idempotent. */
  dispose(): void
}

/**
 * @param allowed - one bit per token id, the lowest first
 * @param logits - one per token id; those beyond the bits are forbidden
 */
export function forbid(logits: Float32Array, allowed: Int32Array): void {
  for (let word = 0; word * 32 < logits.length; word++) {
    const bits = allowed[word] ?? 0
    if (bits === -1) continue
    const end = Math.min(logits.length, word * 32 + 32)
    for (let id = word * 32; id < end; id++) {
      if (((bits >>> (id & 31)) & 1) === 0) logits[id] = Number.NEGATIVE_INFINITY
    }
  }
}
