/** Natural logarithm of the chance of a token, and the likeliest in its place. */
export interface LogProbability {
  logprob: number
  /** Likeliest first. */
  top: { id: number; logprob: number }[]
}

/**
 * @param logits - float32, one per token id
 * @param count - how many of the likeliest
 */
export function logProbability(logits: Float32Array, id: number, count: number): LogProbability {
  let highest = Number.NEGATIVE_INFINITY
  for (const logit of logits) if (logit > highest) highest = logit
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - highest)
  const total = highest + Math.log(sum)
  const top = likeliest(logits, count).map(other => ({
    id: other,
    logprob: (logits[other] as number) - total,
  }))
  return { logprob: (logits[id] as number) - total, top }
}

function likeliest(logits: Float32Array, count: number): number[] {
  const best: number[] = []
  if (count === 0) return best
  for (let id = 0; id < logits.length; id++) {
    const value = logits[id] as number
    if (best.length === count && value <= (logits[best[count - 1] as number] as number)) continue
    const place = best.findIndex(other => value > (logits[other] as number))
    best.splice(place < 0 ? best.length : place, 0, id)
    if (best.length > count) best.pop()
  }
  return best
}
