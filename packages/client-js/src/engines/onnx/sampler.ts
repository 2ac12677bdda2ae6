import type { Random } from '../../core/index.ts'

export interface SamplerOptions {
  /** 0 is greedy. */
  temperature: number
  topP: number
  /** 0 keeps all. */
  topK: number
  repetitionPenalty: number
  random: Random
}

/** Less likely than this, beside the likeliest token, is never drawn when candidates are ranked. */
const negligible = 1e-6

/**
 * The next token, in Hugging Face's order: penalty, temperature, top-k, top-p, draw.
 *
 * @param logits - float32, one per token id; changed in place by the penalty
 * @param seenIds - tokens of prompt and answer so far
 */
export function sampleToken(
  logits: Float32Array,
  seenIds: ReadonlySet<number>,
  options: SamplerOptions,
): number {
  const { temperature, topK, topP, random } = options
  if (options.repetitionPenalty !== 1) penalise(logits, seenIds, options.repetitionPenalty)
  const likeliest = argmax(logits)
  if (temperature <= 0 || topK === 1) return likeliest
  const top = logits[likeliest] as number
  const weights = logits.map(logit => Math.exp((logit - top) / temperature))
  if (topK === 0 && topP >= 1) return draw(weights.keys(), weights, random)
  const ranked = rank(weights)
  const kept = topK > 0 ? ranked.slice(0, topK) : ranked
  return draw(nucleus(kept, weights, topP), weights, random)
}

/** The first of the largest. */
export function argmax(values: Float32Array): number {
  let best = 0
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) > (values[best] as number)) best = index
  }
  return best
}

function penalise(logits: Float32Array, seenIds: ReadonlySet<number>, penalty: number): void {
  for (const id of seenIds) {
    const logit = logits[id]
    if (logit !== undefined) logits[id] = logit > 0 ? logit / penalty : logit * penalty
  }
}

/** Token ids, likeliest first. */
function rank(weights: Float32Array): number[] {
  const ids: number[] = []
  for (let id = 0; id < weights.length; id++) {
    if ((weights[id] as number) >= negligible) ids.push(id)
  }
  return ids.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b)
}

/** The fewest that together reach `topP` of the weight of all in `ranked`. */
function nucleus(ranked: number[], weights: Float32Array, topP: number): number[] {
  if (topP >= 1) return ranked
  const enough = topP * ranked.reduce((sum, id) => sum + (weights[id] as number), 0)
  let sum = 0
  const last = ranked.findIndex(id => {
    sum += weights[id] as number
    return sum >= enough
  })
  return last < 0 ? ranked : ranked.slice(0, last + 1)
}

function draw(ids: Iterable<number>, weights: Float32Array, random: Random): number {
  const candidates = [...ids]
  let rest = random() * candidates.reduce((sum, id) => sum + (weights[id] as number), 0)
  for (const id of candidates) {
    rest -= weights[id] as number
    if (rest < 0) return id
  }
  return candidates.at(-1) as number
}
