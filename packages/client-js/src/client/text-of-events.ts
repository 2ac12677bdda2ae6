import { LumosError, type RunEvent } from '../contracts/index.ts'

/**
 * The answer's text as it comes. When a run, or a step of it, starts again, text that repeats what was given is
 * swallowed, so that the reader notices nothing.
 *
 * @throws {LumosError} the failed run's error; `connection-lost` when the new text is another one, since what was
 *   given cannot be taken back
 */
export async function* textOfEvents(events: AsyncIterable<RunEvent>): AsyncGenerator<string, void> {
  const starts = new Map<number, number>()
  let given = ''
  let position = 0
  for await (const event of events) {
    if (event.type === 'run-started') {
      position = 0
      starts.clear()
    } else if (event.type === 'step-started') {
      position = starts.get(event.step) ?? position
      starts.set(event.step, position)
    } else if (event.type === 'text-delta') {
      const repeated = Math.min(event.text.length, given.length - position)
      if (!given.startsWith(event.text.slice(0, repeated), position)) throw restarted()
      const fresh = event.text.slice(repeated)
      given += fresh
      position += event.text.length
      if (fresh !== '') yield fresh
    } else if (event.type === 'run-finished') {
      if (event.error !== undefined) throw LumosError.from(event.error)
      if (position < given.length) throw restarted()
    }
  }
}

function restarted(): LumosError {
  return new LumosError(
    'connection-lost',
    'The run started again and answers differently now: read the events, or await `text`.',
    { retryable: false },
  )
}
