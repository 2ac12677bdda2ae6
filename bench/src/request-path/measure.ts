/** A result per round, in the order measured. */
export type Rounds = Record<string, number[]>

export interface Measurement {
  rounds: number
  /** Not measured; first, so that the compiler has seen everything. */
  warmUpRounds: number
}

/**
 * Runs each of `measured` once per round, in another order each round, so that whatever disturbs the machine
 * disturbs all of them.
 */
export async function interleave<Result>(
  measured: Record<string, () => Promise<Result>>,
  { rounds, warmUpRounds }: Measurement,
): Promise<Record<string, Result[]>> {
  const paths = Object.entries(measured).map(([name, measure]) => ({
    name,
    measure,
    results: [] as Result[],
  }))
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const shift = (round + warmUpRounds) % paths.length
    for (const { measure, results } of [...paths.slice(shift), ...paths.slice(0, shift)]) {
      const result = await measure()
      if (round >= 0) results.push(result)
    }
  }
  return Object.fromEntries(paths.map(({ name, results }) => [name, results]))
}

/** The middle value; the mean of the middle two for an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** The median of the ratios of values measured in the same round. */
export function medianRatio(values: readonly number[], baseline: readonly number[]): number {
  return median(values.map((value, round) => value / (baseline[round] ?? Number.NaN)))
}

/** Milliseconds of the median call, one after another. */
export async function timeEach(count: number, call: () => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now()
    await call()
    times.push(performance.now() - startedAt)
  }
  return median(times)
}

/** Calls per second with `inFlight` under way at any time. */
export async function callsPerSecond(
  count: number,
  inFlight: number,
  call: () => Promise<void>,
): Promise<number> {
  let left = count
  const startedAt = performance.now()
  const worker = async () => {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return (count * 1000) / (performance.now() - startedAt)
}
