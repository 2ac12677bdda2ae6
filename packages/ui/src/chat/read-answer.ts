import type { RunEvent } from '@lomusai/client-js'
import { reduceRunEvent } from './reduce-run-event.ts'
import type { AnswerTurn } from './turn.ts'

/** At most this often is a growing answer shown; more would only cost battery. */
const frameMs = 33

/**
 * Reads a run to its end. `show` is called with the answer as it grows, not for every event.
 *
 * @returns the answer after the last event
 * @throws what the stream throws, after `show` was called with everything read until then
 */
export async function readAnswer(
  events: AsyncIterable<RunEvent>,
  start: AnswerTurn,
  show: (answer: AnswerTurn) => void,
): Promise<AnswerTurn> {
  let answer = start
  let timer: ReturnType<typeof setTimeout> | undefined
  const showNow = () => {
    timer = undefined
    show(answer)
  }
  try {
    for await (const event of events) {
      answer = reduceRunEvent(answer, event, Date.now())
      timer ??= setTimeout(showNow, frameMs)
    }
    return answer
  } finally {
    clearTimeout(timer)
    show(answer)
  }
}
