import { raceSignal } from './abort.ts'

/**
 * Yields what `source` yields, and throws `signal.reason` as soon as it aborts, even while `source` hangs. The
 * source is told to clean up, but never waited for after an abort.
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  signal.throwIfAborted()
  const iterator = source[Symbol.asyncIterator]()
  let isDone = false
  try {
    while (true) {
      const next = await raceSignal(iterator.next(), signal)
      if (next.done === true) {
        isDone = true
        return
      }
      yield next.value
    }
  } catch (error) {
    // A source that threw has ended; one that is cut off by the signal has not.
    isDone = !signal.aborted
    throw error
  } finally {
    if (!isDone) {
      const cleanUp = Promise.resolve(iterator.return?.())
      if (signal.aborted) cleanUp.catch(() => {})
      else await cleanUp
    }
  }
}
