import type { HostEvent, LumosError } from '../../contracts/index.ts'

export const eventStreamMediaType = 'text/event-stream'

/** The `event` of a failure after the first event; its `data` is an ErrorDescription and it has no `id`. */
export const errorEventName = 'error'

/** A comment, which readers skip and proxies count as life. */
export const keepAlive = ': keep-alive\n\n'

/** One event as server-sent event text. `data` is the whole event; `id` and `event` repeat two of its members. */
export function frameEvent(event: HostEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

export function frameError(error: LumosError): string {
  return `event: ${errorEventName}\ndata: ${JSON.stringify(error)}\n\n`
}
