import { type JsonObject, LumosError } from '../../contracts/index.ts'

/** How the states of a text's tokens become one vector. */
export type Pooling = 'mean' | 'first' | 'last'

/**
 * What `1_Pooling/config.json` of a sentence-transformers model says; the mean where there is none.
 *
 * @throws {LumosError} `model-unavailable` for other ways
 */
export function readPooling(config: JsonObject | undefined): Pooling {
  if (config === undefined || config.pooling_mode_mean_tokens === true) return 'mean'
  if (config.pooling_mode_cls_token === true) return 'first'
  if (config.pooling_mode_lasttoken === true) return 'last'
  throw new LumosError('model-unavailable', 'The model joins its tokens in a way that is unknown here.')
}

/**
 * One vector a row.
 *
 * @param states - `[rows, width, size]`, row-major; a row's tokens come first, padding after them
 * @param lengths - tokens of each row, at least one
 */
export function pool(
  states: Float32Array,
  lengths: readonly number[],
  size: number,
  pooling: Pooling,
): Float32Array[] {
  const width = states.length / lengths.length / size
  return lengths.map((length, row) => {
    const start = row * width * size
    if (pooling === 'first') return states.slice(start, start + size)
    if (pooling === 'last') return states.slice(start + (length - 1) * size, start + length * size)
    const mean = new Float32Array(size)
    for (let token = 0; token < length; token++) {
      for (let at = 0; at < size; at++) {
        mean[at] = (mean[at] ?? 0) + (states[start + token * size + at] ?? 0) / length
      }
    }
    return mean
  })
}
