import type { Clock } from '../contracts/index.ts'

/** The machine's clock. Timers reach at most 2³¹ − 1 ms, about 24 days. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    setTimer(delayMs, callback) {
      const timer = setTimeout(callback, Math.max(0, Math.min(delayMs, 2 ** 31 - 1)))
      return () => clearTimeout(timer)
    },
  }
}
