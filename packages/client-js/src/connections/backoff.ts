export interface BackoffOptions {
  /** The first delay. @default 250 */
  baseMs?: number
  /** @default 30,000 */
  maxMs?: number
}

/**
 * How long to leave a failing node alone: doubles with each failure up to `maxMs`, and half of it is chance, so
 * that clients who lost the same node do not all come back at once.
 *
 * @param failures - in a row, 1 or more
 * @param random - uniform in [0, 1)
 */
export function backoffDelayMs(
  failures: number,
  random: () => number,
  { baseMs = 250, maxMs = 30_000 }: BackoffOptions = {},
): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30))
  return ceiling / 2 + (random() * ceiling) / 2
}
