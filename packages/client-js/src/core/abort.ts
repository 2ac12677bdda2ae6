import { type Clock, LumosError } from '../contracts/index.ts'

/**
 * Settles as `promise` does, or rejects with `signal.reason` as soon as it aborts. What `promise` does later
 * is ignored, never an unhandled rejection.
 */
export function raceSignal<T>(promise: PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return Promise.resolve(promise)
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    // Attached first, so that a promise left behind by an abort never rejects unhandled.
    promise.then(
      value => {
        signal.removeEventListener('abort', onAbort)
        resolve(value)
      },
      error => {
        signal.removeEventListener('abort', onAbort)
        reject(error)
      },
    )
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** Aborts with the first of them, for its reason. Absent ones are left out; undefined when none is left. */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const present = signals.filter(signal => signal !== undefined)
  return present.length <= 1 ? present[0] : AbortSignal.any(present)
}

export interface DeadlineSignal extends Disposable {
  /** Aborts with a LumosError `deadline-exceeded`. */
  readonly signal: AbortSignal
  /** Stops the timer. Idempotent. */
  clear(): void
}

/** A signal that aborts at `deadline`, in milliseconds since 1970; at once when it has passed. */
export function deadlineSignal(clock: Clock, deadline: number): DeadlineSignal {
  const controller = new AbortController()
  const expire = () =>
    controller.abort(new LumosError('deadline-exceeded', 'The deadline passed before the work was done.'))
  const delayMs = deadline - clock.now()
  let clear = () => {}
  if (delayMs <= 0) expire()
  else clear = clock.setTimer(delayMs, expire)
  return { signal: controller.signal, clear: () => clear(), [Symbol.dispose]: () => clear() }
}

export interface LinkedAbort extends Disposable {
  readonly signal: AbortSignal
  /** Does nothing after the first abort. */
  abort(reason: unknown): void
}

/** A controller that also aborts with any of `signals`, for the same reason. Disposing unlinks it from them. */
export function linkedAbort(...signals: (AbortSignal | undefined)[]): LinkedAbort {
  const controller = new AbortController()
  const unlinks = signals.map(signal => {
    if (signal === undefined) return () => {}
    const onAbort = () => controller.abort(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    return () => signal.removeEventListener('abort', onAbort)
  })
  return {
    signal: controller.signal,
    abort: reason => controller.abort(reason),
    [Symbol.dispose]: () => {
      for (const unlink of unlinks) unlink()
    },
  }
}
