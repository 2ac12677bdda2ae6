import type { CausalDecoder } from './causal-decoder.ts'
import type { KeyValueState } from './key-value-state.ts'

/** Some adapters compute a long first step wrongly and several short ones rightly. */
export const safeChunkSize = 16

/** Long enough to reach the kernels for many rows, short enough to run in a blink. */
const promptLength = 40

/** Largest difference between logits, relative to their spread, that rounding explains. */
const tolerance = 0.05

/**
 * How many prompt tokens `tested` reads at once with the results of `reference`.
 *
 * @returns `chunkSize`, or {@link safeChunkSize}, or undefined when `tested` is wrong in any case
 */
export async function findExactChunkSize(
  tested: CausalDecoder,
  reference: CausalDecoder,
  chunkSize: number,
): Promise<number | undefined> {
  const ids = Array.from({ length: promptLength }, (_, index) => (index * 7919 + 11) % 32)
  const expected = await logitsInChunks(reference, ids, safeChunkSize)
  for (const size of [chunkSize, safeChunkSize]) {
    if (agree(await logitsInChunks(tested, ids, size), expected)) return size
  }
  return undefined
}

async function logitsInChunks(decoder: CausalDecoder, ids: number[], size: number): Promise<Float32Array[]> {
  let state: KeyValueState = decoder.emptyState()
  const logits: Float32Array[] = []
  // The last token alone, so that decoding is tested too.
  const chunks = [...chunksOf(ids.slice(0, -1), size), ids.slice(-1)]
  for (const chunk of chunks) {
    const step = await decoder.step(chunk, state)
    state.dispose()
    state = step.state
    logits.push(step.logits)
  }
  state.dispose()
  return logits.slice(-2)
}

function chunksOf(ids: number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  )
}

function agree(actual: Float32Array[], expected: Float32Array[]): boolean {
  return expected.every((row, index) => rowsAgree(actual[index] as Float32Array, row))
}

function rowsAgree(actual: Float32Array, expected: Float32Array): boolean {
  const spread = expected.reduce((a, b) => Math.max(a, b)) - expected.reduce((a, b) => Math.min(a, b))
  const largest = expected.reduce((worst, value, index) => {
    const difference = Math.abs((actual[index] as number) - value)
    return Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
  }, 0)
  return largest <= tolerance * spread
}
