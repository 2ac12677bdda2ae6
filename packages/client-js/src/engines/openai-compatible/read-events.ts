import { createParser } from 'eventsource-parser'
import { LumosError } from '../../contracts/index.ts'

const maxEventBytes = 2 ** 20

/**
 * The data of each server-sent event, read no faster than asked for.
 *
 * @throws {LumosError} `inference-failed` for an event without end; whatever the body fails with
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let arrived: string[] = []
  const parser = createParser({
    maxBufferSize: maxEventBytes,
    onEvent: event => arrived.push(event.data),
    onError: cause => {
      if (cause.type !== 'max-buffer-size-exceeded') return
      throw new LumosError('inference-failed', 'The endpoint sent an event without end.', { cause })
    },
  })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      // Some servers forget the empty line after the last event.
      parser.feed(done ? '\n\n' : decoder.decode(value, { stream: true }))
      yield* arrived
      arrived = []
      if (done) return
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
