import type { HostEvent, RequestContext, RequestHandler } from '../../contracts/index.ts'
import { utf8 } from '../../core/index.ts'
import { AnsweringSession, type AnsweringSessionOptions } from './answering-session.ts'
import type { Medium } from './medium.ts'

/** Answers the requests that arrive over `medium` with `handler`, until either end closes it. */
export function serveSession(
  medium: Medium,
  handler: RequestHandler,
  context: Omit<RequestContext, 'signal'>,
  options: AnsweringSessionOptions = {},
): AnsweringSession {
  return new AnsweringSession(
    medium,
    (payload, { signal }) => encodeEvents(handler.handle(payload, { ...context, signal })),
    options,
  )
}

async function* encodeEvents(events: AsyncIterable<HostEvent>): AsyncIterable<Uint8Array> {
  for await (const event of events) yield utf8.encode(JSON.stringify(event))
}
